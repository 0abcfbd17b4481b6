-- From schema 4 to 5: a deletion says whose the message was and in which thread, so that it can be taken out of what is counted.

UPDATE events SET
	target = (SELECT m.author FROM events m WHERE m.room = events.room AND m.seq = events.ref),
	thread = (SELECT m.thread FROM events m WHERE m.room = events.room AND m.seq = events.ref)
	WHERE type = 'delete';
CREATE INDEX events_deleted ON events (room, ref, thread, target) WHERE type = 'delete';
UPDATE follows SET unread = (SELECT count(*) FROM events m WHERE m.room = follows.room AND m.thread = follows.root AND m.thread <> 0
		AND m.type <> 'delete' AND m.seq > follows.read AND m.author <> follows.name
		AND NOT EXISTS (SELECT 1 FROM events d INDEXED BY events_deleted WHERE d.room = m.room AND d.ref = m.seq AND d.type = 'delete'))
	WHERE unread > 0;
