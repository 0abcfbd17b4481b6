// Commands, and what they answer: quiet lines above the input, a question, or a list beside the room.
import { app, ask, emit, say } from './app.js';
import { button, fill, h, modal, set } from './dom.js';
import { talks } from './fold.js';
import { find, label, ref } from './rooms.js';
import { message } from './message.js';
import { t, when } from './words.js';

const most = 9; // lines above the input; more are a page of their own

// run runs a command of the table, and shows what it answers. It returns the answer, or null where there was none.
export async function run(command, args = '', more = {}) {
  let a;
  try {
    a = await ask({ command, args, ...more });
  } catch {
    say(t('there is no connection: nothing was done, try again in a moment'), true);
    return null;
  }
  if (a.ask) {
    if (await confirm(a.ask)) return run(command, args, { ...more, yes: true });
    const [no, ...rest] = (a.no || '').split(' ');
    return no ? run(no, rest.join(' '), more) : null;
  }
  if (!a.ok) say(a.error?.text || '', true);
  else show(a, command, args);
  return a;
}

// runLine runs what was typed behind a slash.
export function runLine(line, more) {
  const [, command, args] = /^(\S*)\s*([^]*)$/.exec(line);
  if (!args && /^(help|h|\?|shortcuts)$/.test(command)) return emit('press', 'F1'), Promise.resolve();
  return run(command, args, more);
}

// confirm asks a question that is answered by yes or no.
export function confirm(question) {
  return new Promise((resolve) => {
    const el = modal('ask', question, h('p', question), h('div.buttons', null,
      h('button', { onclick: () => el.close() }, t('No')),
      h('button.primary', { autofocus: true, onclick: () => el.close('yes') }, t('Yes'))));
    set(el, { onclose: () => resolve(el.returnValue === 'yes') });
  });
}

function show(a, command, args) {
  if (a.go) emit('go', a.go);
  if (a.press) emit('press', a.press);
  // What the log of a room that can be seen says need not be said twice.
  const lines = a.log && find(a.log) === app.room && a.events ? [] : a.lines || [];
  if (a.messages || a.events?.length && !a.go && ['search', 'grep', 'mentions', 'links', 'files', 'saved', 'pins'].includes(command)) panel(command, found(a.messages || a.events, lines, a.next && (() => run(command, `${args.replace(/ before:#?\S+$/, '')} before:${a.next}`))));
  else if (a.places?.length) panel(command, h('ul.results', lines.map((line, i) => h('li', a.places[i] ? leads(a.places[i], line) : h('p.quiet', line)))));
  else if (lines.length > most) panel(command, h('div.lines', { tabindex: '0' }, lines.map((l) => h('p', l || '\u00a0'))));
  else if (lines.length) emit('answer', lines);
  else for (const e of a.go ? [] : a.events || []) elsewhere(e, find(e.room));
}

// elsewhere names what was done in a room that is not shown: nothing else shows that it was.
function elsewhere(e, room) {
  if (!room || room === app.room) return;
  const at = ref(room, e.seq);
  say(talks(e) ? t('sent to %s as %s: /switch %s goes there', label(room), at, label(room)) : t('done: %s', at));
}

// leads is a line that can be gone to.
function leads(place, ...words) {
  return h('button.result', { onclick: () => emit('go', place) }, words);
}

// found is a list of messages; more goes on where it ends.
function found(list, lines, more) {
  const rows = list.map((m) => {
    const room = find(m.room);
    if (!room) return null;
    const row = h('li.found', h('div.quiet', leads({ room: m.room, seq: m.seq, thread: m.thread }, ref(room, m.seq) + ' · ' + when(m.time))), message(m, { room, root: m.thread || 0, grouped: false }));
    row.querySelector('article').removeAttribute('id');
    return row;
  });
  return [h('ul.results', rows.length ? rows : h('li.quiet', t('nothing was found'))), more ? h('button.more', { onclick: more }, t('More')) : lines.map((l) => h('p.quiet', l))];
}

const titles = { search: 'Search', mentions: 'Mentions', threads: 'Threads', pins: 'Pins', saved: 'Saved', list: 'Rooms', unread: 'Unread', links: 'Links', files: 'Files' }; // in words

export function panel(command, content) {
  emit('panel', t(titles[command] || '/' + command), content);
}

// answers fills the place above an input with what was answered, and a button that takes them away.
export function answers(el, lines, failed) {
  fill(el, h('div.answer-box' + (failed ? '.failed' : ''), h('div', lines.map((l) => h('p', l))), button('close', t('Close'), () => fill(el))));
}
