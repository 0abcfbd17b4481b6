// One row of a room: a message with what has become of it, or what somebody did.
import { app, data } from './app.js';
import { body, calls, excerpt, glance } from './body.js';
import { h, hue, icon, name, quiet } from './dom.js';
import { glyph } from './emoji.js';
import { talks } from './fold.js';
import { path } from './rooms.js';
import { clock, count, hold, list, moment, size, t, when } from './words.js';

const image = /\.(?:png|jpe?g|gif|webp)$/i;

export const fileURL = (room, m) => `/files/${path(room).slice(3)}/${m.seq}/${encodeURIComponent(m.file.name)}`;

// called reports whether a message calls the reader; it is found out once for each text of it.
export function called(m) {
  if (!m.calls || m.calls.v !== m.v) m.calls = { v: m.v, yes: m.author !== app.me && talks(m) && !m.deleted && calls(m.text) };
  return m.calls.yes;
}

// message makes the row. of says where it stands: {room, root, grouped}.
export function message(m, of) {
  const { room, grouped } = of;
  const author = h('button.author.' + hue(m.author), { does: 'person', 'data-name': m.author }, m.author);
  const action = m.type === 'action';
  const stamp = h('a.time', { href: path(room, m.seq), title: moment(m.time), tabindex: '-1' }, h('time', { datetime: m.time }, clock(m.time)));
  const el = h('article.msg', { id: (of.root ? 't' : 'm') + m.seq, 'data-seq': m.seq, tabindex: '-1', label: t('%s, %s', m.author, clock(m.time)) + ': ' + (m.deleted ? t('message deleted') : excerpt(m.text)) },
    h('div.gutter', grouped ? stamp : h('span.face.' + hue(m.author), { hide: true }, [...m.author][0].toUpperCase())),
    h('div.content', null,
      !grouped && h('div.head', author, m.bot && h('span.tag', t('bot')), stamp),
      m.parent && answer(m, of),
      m.deleted ? h('p.gone', m.deleted === m.author ? t('message deleted') : t('deleted by %s', m.deleted) + (m.why ? ': ' + m.why : ''))
        : m.type === 'poll' ? poll(m) : words(m, action && h('span.actor.' + hue(m.author), m.author)),
      m.file && !m.deleted && file(m, room),
      marks(m),
      !of.root && m.replies > 0 && thread(m, of)));
  if (grouped) el.classList.add('grouped');
  if (called(m)) el.classList.add('called');
  if (action) el.classList.add('action');
  return el;
}

function words(m, lead) {
  if (m.file && (m.text === m.file.name || !m.text)) return lead || '';
  return body(m.text, lead);
}

function answer(m, of) {
  const p = m.parent;
  const known = p.author && !p.deleted;
  return h('a.answer', { href: path(of.room, m.ref), dir: 'auto' }, icon('reply'), known && name(p.author, hue(p.author)), known && ' ',
    h('span', p.deleted ? t('message deleted') : p.author ? glance(p.text) : t('an older message')));
}

function file(m, room) {
  const url = fileURL(room, m);
  const link = h('a.file', { href: url, download: m.file.name }, icon('file'), name(m.file.name), quiet(size(m.file.size)));
  if (!image.test(m.file.name)) return link;
  const frame = h('a.image', { href: url + '?view=1', target: '_blank', rel: 'noopener noreferrer' },
    h('img', { src: url + '?view=1', alt: m.file.name, loading: 'lazy', decoding: 'async', onerror: () => frame.remove() })); // what is no image after all stays a file
  return [frame, link];
}

function poll(m) {
  const [question, ...options] = m.text.split('\n');
  const votes = m.votes || [];
  const own = votes.find((v) => v.by === app.me)?.option;
  const all = votes.filter((v) => v.option <= options.length).length;
  return h('div.poll', body(question), options.map((option, i) => {
    const by = votes.filter((v) => v.option === i + 1).map((v) => v.by);
    const el = h('button.option' + (own === i + 1 ? '.own' : ''), { does: 'vote', 'data-option': i + 1, disabled: !!m.closed, 'aria-pressed': own === i + 1, title: by.join(', ') },
      h('span', option), h('span', by.length));
    el.style.setProperty('--share', 100 * by.length / Math.max(all, 1) + '%');
    return el;
  }), h('p.quiet', m.closed ? t('%s, closed by %s', count(all, '%s vote', '%s votes'), m.closed) : count(all, '%s vote', '%s votes')));
}

function marks(m) {
  const reactions = (m.reactions || []).map((r) => {
    const own = r.by.includes(app.me);
    return h('button.reaction' + (own ? '.own' : ''), { does: 'toggle', 'data-emoji': r.emoji, 'aria-pressed': own, label: t('%s by %s', ':' + r.emoji + ':', list(r.by)), title: ':' + r.emoji + ': ' + list(r.by) }, h('span', shownEmoji(r.emoji)), ' ', r.by.length);
  });
  const notes = [m.pinned && t('pinned by %s', m.pinned), m.edited > 0 && !m.deleted && t('edited'), m.signature && !m.edited && !m.deleted && t('signed')].filter(Boolean);
  if (!reactions.length && !notes.length) return null;
  return h('div.marks', reactions, reactions.length > 0 && h('button.reaction.add', { does: 'react', label: t('React'), title: t('React') }, icon('smile')),
    notes.length > 0 && quiet(notes.join(' · ')));
}

function thread(m, of) {
  const fresh = of.unread || 0;
  return h('button.replies', { does: 'thread' }, (m.voices || []).slice(0, 4).map((v) => h('span.face.small.' + hue(v), { hide: true }, [...v][0].toUpperCase())),
    h('b', count(m.replies, '%s reply', '%s replies')), fresh > 0 && h('span.badge', count(fresh, '%s new', '%s new')), m.last && quiet(t('last %s', when(m.last))));
}

// system is a row of what somebody did. Its mark is none that a message can imitate: it is not in the text.
export function system(words, m) {
  return h('div.system', m && { 'data-seq': m.seq, title: moment(m.time) }, h('span', words));
}

export const about = (m, room) => (m.parent?.text ? '“' + glance(m.parent.text, 40) + '”' : path(room).slice(3) + ':' + m.ref);
export const did = (m, room) => system(describe(m, about(m, room)), m);

// What is not talk is said in words, as in the terminal. events.json has the sentences: of who, whom, the text of the event, and what it is about.
let sentences = {};

export async function loadEvents() {
  sentences = await data('events');
}

// describe says what an event did; about names the message that it is about.
function describe(e, about) {
  const say = (key, what) => t(sentences[key] || key, e.author, e.target, e.text, what);
  const set = ['set', e.detail, e.text].join(' ');
  switch (e.type) {
    case 'set': return sentences[set] ? say(set) : sentences['set ' + e.detail] ? say('set ' + e.detail, hold(e.text)) : say('set', e.detail);
    case 'create': return say(e.nonce?.startsWith('import:') ? 'create import' : 'create');
    case 'topic': return say(e.text ? 'topic' : 'topic none');
    case 'role': return say('role', t(e.detail));
    case 'kick': case 'ban': case 'quiet': return say(e.type) + (e.until ? t(' until %s', moment(e.until)) : '') + (e.text ? ': ' + e.text : '');
  }
  return sentences[e.type] ? say(e.type, about) : say('other', e.type);
}

const few = 3; // people who are named before they are only counted

// comings is a run of joins and leaves in one line: "ana and bo joined", "+37 joined, -2 left".
export function comings(run) {
  const joined = run.filter((e) => e.type === 'join').length, left = run.length - joined;
  if (joined && left) return t('+%s joined, -%s left', joined, left);
  if (run.length > few) return joined ? t('+%s joined', joined) : t('-%s left', left);
  const who = list(run.map((e) => e.author));
  return joined ? t('%s joined', who) : t('%s left', who);
}

const shownEmoji = (name) => (app.settings.emoji === 'name' ? ':' + name + ':' : glyph(name));
