// What was sent and is not in the log yet. It outlives a lost connection and a reload of the page: each message has a
// nonce, so that sending it again can double nothing.
import { app, emit, keep, kept, nonce, on } from './app.js';
import { body } from './body.js';
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
    const args = [room.name, x.reply && `--reply ${x.reply}`].filter(Boolean).join(' ');
    const a = await app.conn.ask({ command: 'post', args, body: x.text, nonce: x.nonce, thread: x.thread });
    if (a.ok) list = list.filter((m) => m !== x);
    else if (a.error?.status === 75) setTimeout(() => send(room), 1000 * (a.error.after || 2)); // too fast: it goes on by itself
    else x.failed = a.error?.text || a.ask;
    if (a.error?.status === 75) x.why = a.error.text;
    store();
    sending.delete(room.id);
    if (a.error?.status !== 75) send(room);
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
      h('div.gutter', h('span.face.' + hue(app.me), { 'aria-hidden': 'true' }, [...app.me][0].toUpperCase())),
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
