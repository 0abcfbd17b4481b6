// What can be done with a message: by a letter while the focus is on it, by its tools, or by a menu.
import { app, emit, focused, say } from './app.js';
import { run } from './answer.js';
import { button, h, modal, set } from './dom.js';
import { talks } from './fold.js';
import { fileURL } from './message.js';
import { parse } from './markup.js';
import { pick } from './picker.js';
import { ref } from './rooms.js';
import { t } from './words.js';

const there = (m) => talks(m) && !m.deleted;
const at = (pane, m) => `${pane.room.name}:${m.seq}`;
const mine = (m) => m.author === app.me;
const moderates = (room) => ['owner', 'moderator'].includes(room.role) || ['owner', 'admin'].includes(app.role);
const links = (m) => parse(m.text).filter((s) => s.kind === 'url').map((s) => s.url);

// The table: letter, icon of those that stand beside the message, words, whether it can be done, what it does.
export const actions = [
  { key: '+', icon: 'smile', words: 'React', can: there, run: (p, m) => pick((n) => run('react', `${at(p, m)} :${n}:`)) },
  { key: 'r', icon: 'reply', words: 'Answer', can: there, run: (p, m) => p.input.startReply(m) },
  { key: 't', icon: 'thread', words: 'Thread', can: (m, p) => talks(m) && !p.root, run: (p, m) => emit('thread', p.room, m.thread || m.seq) },
  { key: 'e', words: 'Edit', can: (m) => there(m) && mine(m) && m.type !== 'poll', run: (p, m) => p.input.startEdit(m) },
  { key: 'q', words: 'Quote', can: there, run: (p, m) => p.input.quote(m) },
  { key: 'y', words: 'Copy text', can: there, run: (p, m) => copy(m.text) },
  { key: 'l', words: 'Copy link', can: talks, run: (p, m) => copy(location.origin + p.link(m.seq)) },
  { key: 'o', words: 'Open link or file', can: (m) => there(m) && (m.file || links(m).length), run: open },
  { key: 'p', words: 'Pin or unpin', can: there, run: (p, m) => run(m.pinned ? 'unpin' : 'pin', at(p, m)) },
  { key: 's', words: 'Save for later', can: there, run: (p, m) => run('save', at(p, m)) },
  { key: 'f', words: 'Forward', can: there, run: (p, m) => p.input.put(`/forward ${ref(p.room, m.seq)} `) },
  { key: 'u', words: 'Unread from here', can: () => true, run: (p, m) => p.unread(m.seq) },
  { key: 'i', words: 'Details', can: talks, run: (p, m) => run('info', at(p, m)) },
  { key: 'd', words: 'Delete', can: (m, p) => there(m) && (mine(m) || moderates(p.room)), run: (p, m) => run('delete', at(p, m)) },
];

function copy(text) {
  navigator.clipboard?.writeText(text).then(() => say(t('copied')), () => say(t('this browser does not let the page copy'), true));
}

function open(p, m) {
  const [url] = links(m);
  const a = h('a', m.file ? { href: fileURL(p.room, m), download: m.file.name } : { href: url, target: '_blank', rel: 'noopener noreferrer' });
  a.click();
}

// letter acts on a key; false where it means nothing here.
export function letter(key, pane, m) {
  if (/^[1-9]$/.test(key) && m.type === 'poll' && !m.closed) return vote(pane, m, +key), true;
  const a = actions.find((x) => x.key === key);
  if (!a || !a.can(m, pane)) return false;
  a.run(pane, m);
  return true;
}

function vote(pane, m, option) {
  const own = (m.votes || []).find((v) => v.by === app.me)?.option;
  run('vote', `${at(pane, m)} ${own === option ? '-' : option}`);
}

// tools are the few buttons on a message that the pointer or the focus is on.
export function tools(pane, m) {
  return h('div.tools', { role: 'toolbar', label: t('What to do with the message') },
    actions.filter((a) => a.icon && a.can(m, pane)).map((a) => button(a.icon, `${t(a.words)} (${a.key})`, () => a.run(pane, m))),
    actions.filter((a) => a.key === 'e' && a.can(m, pane)).map((a) => button('edit', `${t(a.words)} (e)`, () => a.run(pane, m))),
    button('more', t('More'), () => menu(m.author, actions.filter((a) => a.can(m, pane)).map((a) => [t(a.words), a.key, () => a.run(pane, m)]))));
}

// menu is a list of things to do.
export function menu(title, items) {
  const el = modal('menu', title, h('h2', title), items.map(([words, key, act]) => h('button', { onclick: () => { el.close(); act(); } }, h('span', words), key && h('kbd', key))));
  set(el, { onkeydown(e) {
    const all = [...el.querySelectorAll('button')], i = all.indexOf(focused());
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') e.preventDefault(), all[(i + (e.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length].focus();
    const item = items.find((x) => x[1] === e.key);
    if (item) e.preventDefault(), el.close(), item[2]();
  } });
}

export function person(who, pane) {
  menu('@' + who, [
    [t('Write to %s', '@' + who), '', () => run('msg', '@' + who)],
    [t('Who is %s?', '@' + who), '', () => run('whois', '@' + who)],
    [t('Mention'), '', () => pane.input.insert('@' + who + ' ')],
    (app.settings.ignored || []).includes(who) ? [t('Read again what they say'), '', () => run('unignore', '@' + who)] : [t('Ignore'), '', () => run('ignore', '@' + who)],
  ].filter((x) => who !== app.me || x[0] === t('Who is %s?', '@' + who)));
}

// clicked acts on what was clicked in a message.
export function clicked(pane, target, m) {
  const what = target.dataset.do;
  if (what === 'person') return person(target.dataset.name, pane);
  if (what === 'unfold') {
    const body = target.previousElementSibling, all = body.classList.toggle('folded');
    target.textContent = all ? t('Show all') : t('Show less');
    return set(target, { 'aria-expanded': !all });
  }
  if (!m) return;
  if (what === 'vote') vote(pane, m, +target.dataset.option);
  else if (what === 'toggle') run(target.classList.contains('own') ? 'unreact' : 'react', `${at(pane, m)} ${/^[\w+-]+$/.test(target.dataset.emoji) ? ':' + target.dataset.emoji + ':' : target.dataset.emoji}`);
  else if (what === 'react') letter('+', pane, m);
  else if (what === 'thread') letter('t', pane, m);
}
