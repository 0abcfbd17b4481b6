// Events that are not talk, in words, as the terminal says them. events.json has the sentences: of who, whom, the
// text of the event, and what it is about.
import { app, data } from './app.js';
import { glyph } from './emoji.js';
import { hold, list, moment, t } from './words.js';

let sentences = {};

export async function loadEvents() {
  sentences = await data('events');
}

// describe says what an event did; about names the message that it is about.
export function describe(e, about) {
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

export const shownEmoji = (name) => (app.settings.emoji === 'name' ? ':' + name + ':' : glyph(name));
