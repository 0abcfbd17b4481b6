// What later events make of a message: the rules of docs/protocol.md, "What changes a message".

const talk = new Set(['message', 'action', 'poll']);
const changes = new Set(['edit', 'delete', 'react', 'unreact', 'pin', 'unpin', 'vote', 'close']);
const unseen = new Set(['edit', 'delete', 'react', 'unreact', 'vote']);

export const talks = (e) => talk.has(e.type);

// shown reports whether an event is a row of its room, or of the thread that begins with root.
export const shown = (e, root) => (root ? talks(e) && (e.thread === root || e.seq === root) : !unseen.has(e.type) && !e.thread);

// about is the seqs of the messages that an event changes: of a message that is deleted in a thread, the thread's first too.
export const about = (e) => [changes.has(e.type) && e.ref, (talks(e) || e.type === 'delete') && e.thread].filter(Boolean);

// fold changes message m by event e, which comes later. What is folded in already changes nothing.
export function fold(m, e) {
  if (e.seq <= (m.asof || 0)) return false;
  m.asof = e.seq;
  const reply = e.type === 'delete' && e.ref !== m.seq;
  if (m.deleted && !talks(e) && !reply) return false;
  m.v = (m.v || 0) + 1;
  if (reply) {
    m.replies = Math.max(0, (m.replies || 0) - 1);
    if (!m.replies) Object.assign(m, { last: undefined, voices: [] });
    return true;
  }
  switch (e.type) {
    case 'edit':
      m.text = e.text;
      m.edited = (m.edited || 0) + 1;
      break;
    case 'delete': // a thread outlives its first message
      Object.assign(m, { text: '', deleted: e.author, why: e.text, edited: 0, reactions: [], pinned: '', votes: [], closed: '', file: undefined });
      break;
    case 'react':
      react(m, e.detail, e.author);
      break;
    case 'unreact':
      m.reactions = (m.reactions || []).map((r) => (r.emoji === e.detail ? { ...r, by: r.by.filter((n) => n !== e.author) } : r)).filter((r) => r.by.length);
      break;
    case 'pin':
      m.pinned = e.author;
      break;
    case 'unpin':
      m.pinned = '';
      break;
    case 'vote':
      m.votes = (m.votes || []).filter((b) => b.by !== e.author);
      if (e.detail > 0) m.votes.push({ by: e.author, option: +e.detail });
      break;
    case 'close':
      m.closed = e.author;
      break;
    default:
      m.replies = (m.replies || 0) + 1;
      m.last = e.time;
      m.voices = m.voices || [];
      if (m.voices.length < 5 && !m.voices.includes(e.author)) m.voices = [...m.voices, e.author];
  }
  return true;
}

function react(m, emoji, by) {
  const given = (m.reactions || []).find((r) => r.emoji === emoji);
  if (!given) m.reactions = [...(m.reactions || []), { emoji, by: [by] }];
  else if (!given.by.includes(by)) m.reactions = m.reactions.map((r) => (r === given ? { ...r, by: [...r.by, by] } : r));
}
