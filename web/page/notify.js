// How somebody who looks elsewhere is told: a notification, the title and icon of the tab, words for screen readers.
import { app, asset, emit, frame, ignored, keep, kept, on, say } from './app.js';
import { calls, excerpt } from './body.js';
import { h } from './dom.js';
import { talks } from './fold.js';
import { label, mine, muted } from './rooms.js';
import { t } from './words.js';

export const live = h('div.unseen', { 'aria-live': 'polite', role: 'status' });

const can = () => 'Notification' in window && isSecureContext;
export const allowed = () => can() && Notification.permission === 'granted' && kept('notify');

// allow is for a button: the browser asks the person, and nothing asks without them.
export async function allow() {
  if (!can()) return say(t('this browser shows notifications only over https'), true);
  const yes = !allowed() && (await Notification.requestPermission()) === 'granted';
  keep('notify', yes);
  say(yes ? t('notifications are on in this browser') : Notification.permission === 'denied' ? t('this browser refuses notifications of this page: its settings allow them') : t('notifications are off in this browser'));
  emit('settings');
}

// leftAlone reports whether the person wants no noise now: do not disturb, or hours of their day.
function leftAlone() {
  const { dnd, quiet } = app.settings;
  if (dnd && new Date(dnd) > Date.now()) return true;
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(quiet || '') || [];
  if (!from) return false;
  const now = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: app.settings.zone || undefined }).format(Date.now());
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

let last = 0;
on('event', (e, room) => {
  if (!talks(e) || e.author === app.me || ignored().includes(e.author)) return;
  const called = calls(e.text);
  const loud = room.notify === 'none' ? false : room.notify === 'all' ? !e.thread || called : called || room.kind === 'direct' && !e.thread;
  const looking = document.hasFocus() && !document.hidden && room === app.room;
  if (looking || called) readOut(e, room);
  if (!loud || looking || !allowed() || leftAlone() || Date.now() - last < 1000) return;
  last = Date.now();
  const n = new Notification(room.kind === 'direct' ? e.author : `${e.author} · ${label(room)}`, { body: excerpt(e.text, 200), tag: 'parley ' + room.id, icon: asset('icon.svg') });
  n.onclick = () => { focus(); emit('go', { room: room.name, seq: e.seq, thread: e.thread }); n.close(); };
});

// What is said is read out at most every second and a half, several messages as their number.
let heard = [];
function readOut(e, room) {
  heard.push({ e, room });
  if (heard.length > 1) return;
  setTimeout(() => {
    live.textContent = heard.length > 2 ? t('%s new messages', heard.length) : heard.map((x) => `${x.room === app.room ? '' : label(x.room) + ' '}${x.e.author}: ${excerpt(x.e.text)}`).join('. ');
    heard = [];
  }, 1500);
}

function title() {
  const rooms = mine().filter((r) => !muted(r));
  const mentions = rooms.reduce((n, r) => n + r.mentions + (r.kind === 'direct' ? r.unread : 0), 0);
  const unread = rooms.reduce((n, r) => n + (r.kind === 'direct' ? 0 : r.unread), 0);
  document.title = (mentions ? `(@${mentions}) ` : unread ? `(${unread}) ` : '') + (app.room ? label(app.room) + ' · ' : '') + app.server;
  const icon = asset(mentions ? 'icon-called.svg' : unread ? 'icon-new.svg' : 'icon.svg');
  const link = document.querySelector('link[rel=icon]');
  if (link.href !== icon) link.href = icon;
}
for (const what of ['hello', 'room', 'left', 'shown']) on(what, () => (document.hidden ? title() : frame(title)));
