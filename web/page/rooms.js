// The rooms of the person: what the server says of them, how they are called, and in which order they stand.
import { app, ask, emit, on } from './app.js';
import { forget, timelines } from './timeline.js';
import { talks } from './fold.js';

const byID = new Map();
const byName = new Map(); // also by the names that a room had before

export const rooms = () => [...byID.values()];

// label is what the person calls a room: a conversation by the others in it.
export function label(room) {
  if (room.kind !== 'direct') return room.name;
  const others = room.name.split(',').filter((n) => n !== '@' + app.me);
  return others.join(',') || room.name;
}

// find finds a room by any of its names: "#ops", "@ana,@bo", or "@bo" for the conversation with bo.
export function find(called) {
  if (byName.has(called)) return byName.get(called);
  const wanted = called.split(',').sort().join(',');
  return rooms().find((r) => r.name === called || label(r).split(',').sort().join(',') === wanted);
}

export const path = (room, seq) => '/r/' + label(room).replace(/^#/, '').split(',').map(encodeURIComponent).join(',').replaceAll('%40', '@') + (seq ? '/' + seq : '');
export const ref = (room, seq) => label(room) + ':' + seq;

// called finds the room and the message of a path.
export function fromPath(where) {
  const [, name, seq] = /^\/r\/([^/]+)(?:\/(\d+))?\/?$/.exec(where) || [];
  if (!name) return null;
  let plain = name;
  try { plain = decodeURIComponent(name); } catch { /* as it stands */ }
  return { name: plain[0] === '@' ? plain : '#' + plain, seq: +seq || 0 };
}

const group = (r) => (r.invited ? 0 : r.star ? 1 : r.kind === 'direct' ? 3 : 2);
const compare = new Intl.Collator('en', { numeric: true }).compare;

// ordered is the list as it is shown: invitations, starred, rooms, conversations.
export const ordered = () => rooms().sort((a, b) => group(a) - group(b) || compare(label(a), label(b)));
export const groupOf = (room) => ['invitations', 'starred', 'rooms', 'direct'][group(room)];
export const muted = (room) => room.notify === 'none';
export const mine = () => rooms().filter((r) => !r.invited);

function take(line) {
  let room = byID.get(line.id);
  if (!room) {
    room = { id: line.id, typing: [], people: 0, unread: 0, mentions: 0, threads: 0, fresh: {}, cursor: 0 };
    byID.set(line.id, room);
  }
  const { room: name, ...rest } = line;
  for (const gone of ['threads', 'invited', 'star', 'notify', 'draft', 'quiet', 'slow', 'pinned', 'nobots', 'locked', 'archived']) if (!(gone in rest)) delete room[gone];
  Object.assign(room, rest, { name });
  if (room.draft === room.sent) delete room.draft; // the terminal that sent it has not taken it back yet
  if (!room.threads) room.fresh = {}; // what is new in its threads, by their first messages
  room.unread = room.unread || 0;
  room.mentions = room.mentions || 0;
  byName.set(name, room);
  return room;
}

function remove(room) {
  byID.delete(room.id);
  for (const [n, r] of byName) if (r === room) byName.delete(n);
  forget(room);
  emit('left', room);
}

// began takes the rooms of a hello. Where a room does not go on where it was read up to, it is read anew.
function began(list) {
  const now = new Set(list.map((r) => r.id));
  for (const room of rooms()) if (!now.has(room.id)) remove(room);
  for (const line of list) {
    const room = take(line);
    const resumes = room.cursor && line.after !== undefined && line.after <= room.cursor;
    if (!resumes) {
      for (const x of timelines()) if (x.room === room && x.loaded) x.stale = true;
      room.cursor = line.after ?? line.seq;
    }
  }
}

on('forgotten', () => {
  for (const x of timelines()) if (x.loaded) x.stale = true, x.room.cursor = 0;
});

// cursors are where the rooms go on that are held; of the others the counts are enough.
export function cursors() {
  const held = new Set(timelines().filter((x) => x.loaded).map((x) => x.room));
  return [...held].filter((r) => r.cursor).map((r) => `--after ${r.id}:${r.cursor}`);
}

on('line', (line) => {
  switch (line.type) {
    case 'hello':
      Object.assign(app, { me: line.me.name, role: line.me.role, server: line.server, settings: line.settings || {}, away: line.away });
      began(line.rooms);
      app.lastRoom = line.last;
      emit('hello', line);
      break;
    case 'room':
      emit('room', take(line));
      countThreads();
      break;
    case 'ended': {
      const room = byID.get(line.id) || find(line.room);
      if (room) remove(room);
      break;
    }
    case 'settings':
      Object.assign(app, { settings: line.settings, away: line.away });
      emit('settings');
      break;
    case 'presence':
      if (find(line.room)) emit('presence', find(line.room), line);
      break;
    case 'typing': {
      const room = find(line.room);
      if (room) room.typing = line.people || [], emit('typing', room);
      break;
    }
    case 'notice':
      emit('notice', line);
      break;
    default:
      if (line.seq) event(line);
  }
});

// How much is new in which thread is asked when the server counts otherwise for the room that is shown than the page does.
let counting = 0;

function countThreads() {
  const sum = (r) => Object.values(r.fresh).reduce((a, b) => a + b, 0);
  if (counting || !app.room || (app.room.threads || 0) === sum(app.room)) return;
  counting = setTimeout(async () => {
    counting = 0;
    let a;
    try { a = await ask({ command: 'threads' }); } catch { return; }
    if (!a.ok) return;
    for (const r of rooms()) r.fresh = {};
    for (const x of a.objects || []) if (x.unread && find(x.room)) find(x.room).fresh[x.seq] = x.unread;
    for (const x of timelines()) emit('timeline', x);
  }, 500);
}

on('shown', countThreads);

function event(e) {
  const room = find(e.room);
  if (!room || e.seq <= room.cursor) return; // what was read before comes again where a beginning was asked for twice
  room.cursor = e.seq;
  room.seq = Math.max(room.seq || 0, e.seq);
  if (e.author === app.me) room.sent = e.text;
  if (talks(e)) room.typing = room.typing.filter((n) => n !== e.author);
  // Of the room that is shown, the event itself is what makes one more unread.
  if (room === app.room && talks(e) && !e.thread && e.author !== app.me) room.unread++, emit('room', room);
  if (e.type === 'rename') byName.set(e.text, room);
  emit('event', e, room);
}
