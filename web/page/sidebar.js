// The list of rooms with what is new in them, and the list of people of the room that is shown.
import { app, emit, focused, frame, on } from './app.js';
import { run } from './answer.js';
import { excerpt } from './body.js';
import { fill, h, hue, icon, name, quiet } from './dom.js';
import { groupOf, label, muted, ordered, path } from './rooms.js';
import { count, t } from './words.js';

export const list = h('div.roomlist');
export const people = h('div.peoplelist');

const titles = { invitations: 'Invitations', starred: 'Starred', rooms: 'Rooms', direct: 'Direct' }; // in words
const sign = (r) => (r.kind === 'direct' ? 'at' : r.kind === 'private' ? 'lock' : 'hash');

function row(r) {
  const { threads } = r;
  const says = [r.mentions > 0 && count(r.mentions, '%s mention', '%s mentions'), r.unread > 0 && t('%s unread', r.unread), threads > 0 && t('%s new in threads', threads), r.kind === 'private' && t('private'), muted(r) && t('muted')].filter(Boolean);
  const link = h('a.roomrow', { href: path(r), 'aria-current': r === app.room ? 'page' : null, label: [label(r), ...says].join(', ') }, icon(sign(r)), name(label(r).replace(/(^|,)[#@]/g, '$1'), 'roomname'),
    r.draft && r !== app.room && icon('edit'), r.mentions ? h('span.badge.at', '@' + r.mentions) : r.unread ? h('span.badge', r.unread > 999 ? '999+' : r.unread) : threads ? h('span.badge.soft', threads) : null);
  if (r.unread || r.mentions) link.classList.add('unread');
  if (muted(r)) link.classList.add('muted');
  return h('li', link);
}

const invitation = (r) => h('li.invitation', h('div', name(label(r)), r.topic && quiet(' ' + excerpt(r.topic, 300))),
  h('button.primary', { onclick: () => run('accept', r.name) }, t('Accept')), h('button', { onclick: () => run('decline', r.name) }, t('Decline')));

function paint() {
  const groups = new Map();
  for (const r of ordered()) groups.set(groupOf(r), [...groups.get(groupOf(r)) || [], r]);
  const focus = list.contains(focused()) && focused().getAttribute('href');
  fill(list, [...groups].map(([g, rooms]) => h('section', h('h2', { id: 'g-' + g }, t(titles[g])), h('ul', { 'aria-labelledby': 'g-' + g }, rooms.map(g === 'invitations' ? invitation : row)))));
  if (focus) list.querySelector(`a[href="${CSS.escape(focus)}"]`)?.focus();
}

const again = () => frame(paint);
for (const what of ['hello', 'room', 'left', 'shown', 'settings', 'threads']) on(what, again);

// The people are of the room that is shown; differences come behind a whole list.
let here = new Map();
on('presence', (room, line) => {
  if (room !== app.room) return;
  if (line.all) here = new Map();
  for (const p of line.people) p.presence === 'gone' ? here.delete(p.name) : here.set(p.name, p);
  frame(paintPeople);
});
// partner is the other one of a conversation of two, if it is the room that is shown.
export const partner = (room) => room.kind === 'direct' && here.size === 2 ? [...here.values()].find((p) => p.name !== app.me) : null;

// absence is how somebody is here, in words, with what they said when they went.
export const absence = (p) => p?.presence === 'away' && p.away ? t('away: %s', p.away) : t(words[p?.presence] || 'not connected');

on('shown', () => { here = new Map(); frame(paintPeople); });

const rank = { here: 0, away: 1, offline: 2 };
const words = { here: 'here', away: 'away', offline: 'not connected' }; // in words
const most = 400; // people in the document

function paintPeople() {
  const all = [...here.values()].sort((a, b) => rank[a.presence] - rank[b.presence] || (a.name < b.name ? -1 : 1));
  const online = all.filter((p) => p.presence !== 'offline').length;
  fill(people, h('h2', t('%s of %s here', online, Math.max(all.length, app.room?.people || 0))), h('ul', all.slice(0, most).map((p) => h('li', null,
    h('button.personrow.' + p.presence, { label: p.name + ', ' + absence(p), onclick: () => emit('person', p.name) }, h('span.dot', { hide: true }), name(p.name, hue(p.name)),
      p.bot && h('span.tag', t('bot')), p.away && h('span.quiet.why', { title: p.away }, p.away), p.role && p.role !== 'member' && quiet(t(p.role)))))), all.length > most && h('p.quiet', t('+%s more', all.length - most)));
}
