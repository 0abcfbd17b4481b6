// The page: who is here, which room is shown, where everything stands, and the keys that work everywhere.
import { app, data, emit, focused, frame, keep, kept, narrow, on, say, sleep, tell } from './app.js';
import { menu, person } from './actions.js';
import { confirm, run, runLine } from './answer.js';
import { Connection } from './connection.js';
import { body, excerpt } from './body.js';
import { button, fill, h, quiet } from './dom.js';
import { loadNames } from './emoji.js';
import { dropping, tray } from './files.js';
import { help } from './help.js';
import { login } from './login.js';
import { allow, allowed, live } from './notify.js';
import { forgetAll, resume } from './outbox.js';
import { Pane } from './pane.js';
import { cursors, find, fromPath, label, mine, muted, ordered, path, rooms } from './rooms.js';
import { absence, partner, people, list as roomList } from './sidebar.js';
import { switcher } from './switcher.js';
import { timelines } from './timeline.js';
import { loadEvents } from './message.js';
import { hold, speak, t, when } from './words.js';

const root = document.querySelector('#app');
let pane, spare, aside, thread, wanted, trail, began;

let names;
const who = h('span.quiet'); // whose page it is, and whether they are away or not to be disturbed

async function start() {
  theme(kept('theme'));
  names = Promise.all([loadNames(), loadEvents()]).catch(() => {}); // without them they are shown as they are written
  const answer = await fetch('/session', { cache: 'no-store' }).catch(() => null);
  const who = answer?.ok ? await answer.json() : null;
  await speak(who?.lang);
  if (answer?.status === 401) return login(start);
  app.me = who?.name || '';
  wanted = fromPath(location.pathname);
  app.conn = new Connection(() => ['--live', '--zone', app.settings.zone || Intl.DateTimeFormat().resolvedOptions().timeZone, ...cursors()].join(' '));
  app.conn.open();
}

function theme(of) {
  document.documentElement.dataset.theme = of || 'auto';
  if (app.me) keep('theme', of); // so that the next time the page begins in these colours
}

// build makes the page once it is known in which language.
function build() {
  pane = new Pane();
  const title = h('header.title');
  const state = h('div.state', { role: 'status', hidden: true });
  aside = h('aside.side', { label: t('Beside the room'), hidden: true });
  const nav = h('nav.rooms', { label: t('Rooms') }, h('header', h('button.server', { onclick: you, 'aria-haspopup': 'dialog' }, h('b', app.server), who),
    button('search', t('Go to a room or a person') + ' (Ctrl-K)', switcher)), roomList,
  h('footer', Object.entries({ list: t('All rooms'), threads: t('Threads'), mentions: t('Mentions'), saved: t('Saved') }).map(([c, words]) => h('button', { onclick: () => run(c) }, words))));
  const main = h('main', { label: t('Room') }, title, state, pane.el);
  pane.input.el.prepend(tray);
  fill(root, nav, main, aside, h('aside.people', { label: t('People') }, people), live);
  root.hidden = false;
  document.body.append(h('div.drop', { hide: true }, t('Let go to send to this room')));
  root.addEventListener('click', (e) => {
    const a = e.target.closest('a[href^="/r/"]');
    if (a && !e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0) e.preventDefault(), go(a.getAttribute('href'));
    if (!e.target.closest('nav.rooms, .menu') || a) root.classList.remove('listing');
  });
  on('connection', (c) => connection(state, c));
  on('settings', settings);
  for (const what of ['room', 'shown', 'settings', 'presence']) on(what, () => frame(() => heading(title)));
  dropping();
  document.addEventListener('keydown', keys);
  addEventListener('popstate', () => go(location.pathname));
  addEventListener('pagehide', () => app.room && pane.input.leave());
  on('look', show);
}

on('hello', async () => {
  const first = !began;
  began = true;
  await Promise.all([speak(app.settings.lang), names]);
  theme(app.settings.theme);
  if (first) build();
  if (wanted && (await to(wanted.name, wanted.seq))) return void (wanted = null);
  if (app.room && rooms().includes(app.room)) {
    show();
    for (const x of timelines()) if (x.stale && !x.shown) x.reset();
    for (const p of [pane, thread]) if (p?.timeline?.stale) p.scroller.follow || !p.timeline.loaded ? p.show(p.room, p.root) : p.scroller.show(p.timeline, p.scroller.anchor()?.seq);
    return;
  }
  const room = (app.lastRoom && find(app.lastRoom)) || ordered().find((r) => r.unread && !r.invited) || mine()[0];
  if (room) open(room, 0, true);
  else run('list');
});

on('ended', async () => {
  const still = await fetch('/session').then((a) => a.ok, () => true);
  if (!still) forgetAll();
  root.hidden = true;
  login(() => location.reload(), still ? t('you have left; your rooms go on without you') : t('your session in this browser has ended'), still);
});

on('unsent', (id) => { const room = rooms().find((r) => r.id === id); if (room) resume(room); });

// connection says what the link does, where it is not simply there.
let counting;
function connection(el, c) {
  clearTimeout(counting);
  el.hidden = c.state === 'open';
  if (c.state === 'waiting') {
    const s = Math.max(0, Math.round((c.again - Date.now()) / 1000));
    fill(el, navigator.onLine ? t('no connection, the next attempt is in %s s; what you write is kept', s) : t('this device is offline; what you write is kept'), ' ', h('button.link', { onclick: () => c.retry() }, t('Try now')));
    counting = setTimeout(() => c.state === 'waiting' && connection(el, c), 1000);
  } else if (c.state === 'connecting') fill(el, t('connecting …'));
}

function settings() {
  theme(app.settings.theme);
  if (app.settings.lang !== document.documentElement.lang) return pane.input.leave(), setTimeout(() => location.reload()); // it begins anew in the other language
  speak(app.settings.lang).then(() => { for (const p of [pane, thread]) p?.timeline && p.scroller.repaint(); });
}

let ending; // of do-not-disturb

// heading is the row above the messages: name, topic, what can be looked at.
function heading(el) {
  const undisturbed = new Date(app.settings.dnd || 0) - Date.now();
  who.textContent = [app.me, app.away && t('away'), undisturbed > 0 && t('do not disturb until %s', when(app.settings.dnd))].filter(Boolean).join(' · ');
  clearTimeout(ending);
  if (undisturbed > 0) ending = setTimeout(() => heading(el), Math.min(undisturbed, 2 ** 31 - 1));
  const r = app.room;
  if (!r) return;
  const other = partner(r), gone = other?.presence === 'away' ? absence(other) : '';
  const facts = [r.kind === 'private' && t('private'), r.archived && t('archived'), r.locked && t('locked'), r.slow && t('slow %s', hold(r.slow + 's'))].filter(Boolean);
  fill(el, button('menu', t('Rooms'), () => root.classList.toggle('listing'), 'menu'),
    h('button.roomtitle', { 'aria-haspopup': 'dialog', onclick: () => roomMenu() }, h('h1', label(r)), facts.length > 0 && h('span.tag', facts.join(' · '))),
    h('div.topic', { title: gone || excerpt(r.topic, 300) }, r.topic ? body(r.topic.replace(/\n/g, ' '))[0] : gone),
    r.pinned && button('pin', t('Pins'), () => run('pins', r.name)), button('search', t('Search') + ' (Alt-s)', search), button('people', t('People') + ' (F8)', () => flip('people')), button('help', t('Help') + ' (F1)', help, 'wide'));
}

// to shows a room by any of its names; false where the person is not in it.
async function to(called, seq, entered) {
  const there = () => find(called) && !find(called).invited;
  const soon = async () => { for (let i = 0; i < 20 && !there(); i++) await sleep(100); }; // its line comes beside the answer
  if (entered) await soon();
  if (!there()) {
    const direct = called[0] === '@';
    if (!direct && !(await confirm(t('you are not in %s: enter it?', called))) || !(await run(direct ? 'msg' : 'join', called))?.ok) return false;
    await soon();
    if (!there()) return false;
  }
  const room = find(called);
  await open(room, seq);
  return true;
}

const go = (where) => { const at = fromPath(where); if (at) to(at.name, at.seq); };
on('go', (p) => {
  const room = p.room || app.room?.name;
  if (p.thread && !p.seq) return to(room, 0, true).then(() => openThread(find(room), p.thread));
  to(room, p.thread || p.seq, true).then((ok) => ok && p.thread && openThread(find(room), p.thread, p.seq));
});
on('open', (room) => open(room));

async function open(room, seq = 0, replace = false) {
  const where = path(room, seq);
  if (location.pathname !== where) history[replace || !app.room ? 'replaceState' : 'pushState'](null, '', where);
  root.classList.remove('listing');
  if (room === app.room && pane.timeline) {
    if (seq) pane.scroller.to(seq, true) || await pane.scroller.show(pane.timeline, seq);
    else pane.caughtUp();
    return pane.input.focus();
  }
  if (app.room) trail = app.room, pane.input.leave(); // a draft is that of the room which the server has as the one that is shown
  if (thread || innerWidth < 960) close();
  pane.kept = false;
  app.room = room;
  show();
  emit('shown', room);
  pane.input.focus();
  await pane.show(room, 0, seq).catch((err) => say(err.message, true));
}

// show tells the server which room is on the screen.
function show() {
  if (app.conn && app.room) tell({ show: document.hidden ? '' : app.room.name });
}

on('left', (room) => {
  if (room !== app.room) return;
  pane.input.lastDraft = pane.input.area.value; // what was being written is not a draft of the next room
  app.room = null;
  const next = ordered().find((r) => !r.invited);
  if (next) open(next, 0, true).then(() => say(t('you are not in %s any more', label(room))));
});
on('room', (room) => { // with a new name it has a new address
  if (room === app.room && fromPath(location.pathname)) history.replaceState(null, '', path(room, fromPath(location.pathname).seq));
});

// Beside the room stands one thing at a time: a thread, or a list.
function beside(title, ...content) {
  thread = null;
  const back = focused();
  aside.hidden = false;
  root.classList.add('aside');
  fill(aside, h('header', h('h2', { tabindex: '-1' }, title), button('close', t('Close') + ' (Esc)', () => { close(); back?.isConnected && back.focus(); })), content);
}

function close() {
  thread?.input.leave();
  if (thread) thread.timeline.shown = false;
  thread = null;
  aside.hidden = true;
  root.classList.remove('aside');
  aside.replaceChildren();
}

on('panel', (title, content) => {
  beside(title, content);
  aside.querySelector('button.result, .lines')?.focus();
});

function openThread(room, root, seq) {
  if (!room) return;
  spare ||= new Pane(); // one is enough: there is one thread at a time
  beside(t('Thread in %s', label(room)), spare.el);
  thread = spare;
  thread.show(room, root, seq).then(() => spare.input.focus(), (err) => say(err.message, true));
}
on('thread', openThread);
on('focus input', (p) => p.input.area.focus());
on('focus', () => pane.input.focus());
on('person', (who) => person(who, pane));

function search() {
  const field = h('input', { type: 'search', label: t('Search'), placeholder: t('words, from:ana, in:#ops, has:file, "a phrase"'), value: app.room ? `in:${label(app.room)} ` : '' });
  const form = (results) => [h('form.search', { onsubmit: (e) => { e.preventDefault(); run('search', field.value); } }, field, h('button', { type: 'submit' }, t('Search'))), results];
  beside(t('Search'), form(h('p.quiet', t('Words in any order; - before a word leaves it out.'))));
  field.focus();
}

function flip(what) {
  if (what === 'people' && innerWidth < 1100) run('members', app.room.name);
  else root.classList.toggle(narrow() ? 'listing' : 'no-' + what);
}

// choose shows a menu of menus.json: words, what they do, and where they stand. What begins with = is put into the input, * is of
// the page, all else is a command.
async function choose(which, title, is) {
  const own = { allow, help, out: async () => (await confirm(t('Sign out of this browser?'))) && (forgetAll(), await fetch('/logout', { method: 'POST' }), location.replace('/')) };
  const fits = (when) => when[0] === '!' ? !is[when.slice(1)] : !when || is[when];
  menu(title, (await data('menus'))[which].filter((x) => fits(x[2])).map(([words, act]) => [t(words), '', () => {
    const rest = act.slice(1);
    if (act[0] === '=') pane.input.put(rest);
    else act[0] === '*' ? own[rest]() : runLine(act.replace('%s', app.room?.name));
  }]));
}

const roomMenu = ({ kind, star, notify } = app.room) => choose('room', label(app.room), { star, direct: kind === 'direct', [notify || 'mentions']: true });
const you = () => choose('you', app.me, { allowed: allowed(), dark: app.settings.theme === 'dark', ja: document.documentElement.lang === 'ja', away: app.away });

// step goes to the next room of the list that fits.
function step(by, fits = () => true) {
  const all = ordered().filter((r) => !r.invited), i = all.indexOf(app.room);
  for (let n = 1; n <= all.length; n++) {
    const r = all[(i + by * n + all.length * n) % all.length];
    if (fits(r)) return open(r);
  }
}

// activity is Alt-a: mentions first, then what else is unread; when there is nothing left, back to where it began.
let origin = null;
function activity() {
  const hot = ordered().filter((r) => r !== app.room && !r.invited && (r.mentions || r.unread && !muted(r)));
  const next = hot.find((r) => r.mentions) || hot[0];
  if (next) origin ||= app.room, open(next);
  else if (origin && origin !== app.room) open(origin), origin = null;
  else origin = null, say(t('nothing is unread'));
}

function mention(by) {
  const all = pane.scroller.messages(), at = focused().closest('article');
  const from = at ? all.indexOf(at) : all.length;
  const found = by < 0 ? all.slice(0, from).findLast((m) => m.classList.contains('called')) : all.slice(from + 1).find((m) => m.classList.contains('called'));
  if (found) pane.scroller.step(0, found);
  else run('mentions');
}

const active = () => (thread && aside.contains(focused()) ? thread : pane);
const unread = (r) => r.unread || r.mentions;

// The keys of the whole page: those of the terminal, as far as browsers leave them.
const table = {};
for (const [keys, act] of Object.entries({
  'C-k C-g A-j': switcher, 'A-a F2': activity, F1: help, 'A-s': search, 'A-t F10': () => run('threads'),
  'A-ArrowDown': () => step(1), 'A-ArrowUp': () => step(-1), 'A-S-ArrowDown': () => step(1, unread), 'A-S-ArrowUp': () => step(-1, unread), 'A-/ F4': () => trail && open(trail),
  'C-s A-Space': () => active().select(), 'A-Home': () => active().scroller.oldest(), 'A-End': () => active().scroller.newest(), PageUp: () => active().scroller.page(-1), PageDown: () => active().scroller.page(1),
  'A-u F3': () => pane.scroller.toRule(true), 'A-n F6': () => mention(1), 'A-p': () => mention(-1), F7: () => flip('rooms'), F8: () => flip('people'),
})) for (const k of keys.split(' ')) table[k] = act;

function keys(e) {
  if (document.querySelector('dialog[open]') || e.isComposing) return e.key === 'F1' && e.preventDefault();
  const chord = (e.ctrlKey ? 'C-' : '') + (e.altKey ? 'A-' : '') + (e.shiftKey ? 'S-' : '') + (e.key === ' ' ? 'Space' : e.key);
  const act = table[chord] || (e.altKey && /^Digit[1-9]$/.test(e.code) && !e.ctrlKey && (() => { const r = ordered().filter((x) => !x.invited)[e.code[5] - 1]; if (r) open(r); }));
  if (act) return e.preventDefault(), act();
  if (e.key === 'Escape') {
    e.preventDefault();
    if (root.classList.contains('listing')) root.classList.remove('listing');
    else if (!aside.hidden) close(), pane.input.area.focus();
    else if (pane.input.answers.firstChild) fill(pane.input.answers);
    else pane.caughtUp(), pane.input.area.focus();
  } else if (e.key.length === 1 && !e.ctrlKey && !e.altKey && !e.metaKey && focused() === document.body) pane.input.area.focus();
}

on('press', (key) => {
  const act = table[key.replace(/^(Ctrl|Alt)-/, (m) => m[0] + '-').replace(/Shift-/, 'S-').replace(/\b(?=(Down|Up)$)/, 'Arrow')];
  act ? act() : say(t('that key is pressed on the keyboard'), true);
});

on('notice', (line) => say(line.text));

start();

// For whoever looks from outside whether the page reads texts as the terminal does.
export { parse } from './markup.js';
export { loadNames } from './emoji.js';
