-- From schema 6 to 7: what has expired is not unread.

ALTER TABLE rooms ADD COLUMN gone_messages INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET gone_messages = coalesce((SELECT messages FROM events WHERE room = rooms.id AND seq = min(rooms.gone, rooms.seq)), 0) WHERE gone > 0;
UPDATE events SET detail = coalesce((SELECT e.messages FROM events e WHERE e.room = events.room AND e.seq = min(events.ref, events.seq)), 0)
	WHERE type = 'expire';
UPDATE members SET own = (SELECT count(*) FROM events e WHERE e.room = members.room AND e.seq > (SELECT gone FROM rooms WHERE id = members.room)
		AND e.author = members.name AND e.thread = 0 AND e.type IN ('message', 'action', 'poll'))
	WHERE own > 0 AND read_seq < (SELECT gone FROM rooms WHERE id = members.room);
