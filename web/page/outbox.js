// What was sent and is not in the log yet. It outlives a lost connection and a reload of the page: each message has a
// nonce, so that sending it again can double nothing.
import { app, ask, emit, keep, kept, nonce, on } from './app.js';
import { confirm } from './answer.js';
import { body } from './body.js';
import { timeline } from './timeline.js';
import { h, hue, quiet } from './dom.js';
import { t } from './words.js';

let list = [];
const place = () => 'outbox ' + app.me;
const store = () => {
  keep(place(), list);
  emit('outbox');
};

// post sends a text to a room, a thread of it, or as an answer to a message.
export function post(room, text, { thread, reply } = {}) {
  list.push({ room: room.id, text, thread, reply, nonce: nonce(), at: Date.now() });
  store();
  send(room);
}

// One message of a room is on its way at a time: they arrive in the order in which they were written.
const sending = new Set();

async function send(room) {
  const x = list.find((m) => m.room === room.id && !m.failed);
  if (!x || sending.has(room.id) || app.conn.state !== 'open') return;
  sending.add(room.id);
  try {
    // A thread is named by its command: the room that it is in need not be shown.
    const command = x.reply ? 'reply' : x.thread ? 'thread' : 'post';
    const to = x.reply || x.thread;
    const a = await ask({ command, args: room.name + (to ? ':' + to : ''), body: x.text, nonce: x.nonce, yes: x.yes, thread: x.reply && x.thread });
    if (a.ok) list = list.filter((m) => m !== x);
    else if (a.ask) (x.yes = await confirm(a.ask)) || emit('take back', discard(x), timeline(room, x.thread));
    else if (a.error.status === 75) x.why = a.error.text;
    else x.failed = a.error.text;
    store();
    sending.delete(room.id);
    // Too fast: it goes on by itself.
    if (a.error?.status === 75) setTimeout(() => send(room), 1000 * (a.error.after || 2));
    else send(room);
  } catch { // offline: again at the next hello
    sending.delete(room.id);
    emit('outbox');
  }
}

export function retry(x, room) {
  delete x.failed;
  store();
  send(room);
}

export function discard(x) {
  list = list.filter((m) => m !== x);
  store();
  return x.text;
}

export const forgetAll = () => { list = []; store(); };

// waiting is the rows of what is sent to a timeline: [key, version, maker].
export function waiting(timeline) {
  return list.filter((x) => x.room === timeline.room.id && (x.thread || 0) === timeline.root && !timeline.items.some((m) => m.nonce === x.nonce)).map((x) => {
    const offline = app.conn.state !== 'open';
    const state = x.failed || x.why || (offline ? t('waits for the connection') : '');
    return ['o' + x.nonce, state, () => h('article.msg.waiting', { 'data-nonce': x.nonce },
      h('div.gutter', h('span.face.' + hue(app.me), { hide: true }, [...app.me][0].toUpperCase())),
      h('div.content', h('div.head', h('b', app.me), quiet(state ? '' : t('sending …'))), body(x.text),
        state && h('div.marks', h('span.quiet' + (x.failed ? '.error' : ''), { role: x.failed ? 'alert' : null }, state),
          x.failed && h('button.link', { onclick: () => retry(x, timeline.room) }, t('Send again')),
          (x.failed || offline) && h('button.link', { onclick: () => emit('take back', discard(x), timeline) }, t('Take back')))))];
  });
}

on('hello', () => {
  if (!list.length) list = kept(place()) || [];
  for (const id of new Set(list.map((x) => x.room))) emit('unsent', id);
});

export const resume = send;
