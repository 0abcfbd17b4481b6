// The switcher: to a room, a person or what is unread by a few letters.
import { app, ask, emit } from './app.js';
import { run } from './answer.js';
import { excerpt } from './body.js';
import { fill, h, modal, quiet, set } from './dom.js';
import { label, mine, muted } from './rooms.js';
import { t } from './words.js';

// score says how well letters fit a name: all of them in their order, better at the beginning and together. 0 is not at all.
function score(letters, words) {
  let at = -1, sum = 1;
  for (const c of letters) {
    const i = words.indexOf(c, at + 1);
    if (i < 0) return 0;
    sum += i === at + 1 ? 3 : 1 / (i - at);
    at = i;
  }
  return sum + (words.startsWith(letters) ? 5 : 0);
}

export function switcher() {
  const field = h('input', { type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'places', 'aria-autocomplete': 'list', label: t('Go to a room or a person'), placeholder: t('Go to a room or a person'), autocomplete: 'off', autofocus: true });
  const list = h('ul.choices', { role: 'listbox', id: 'places', label: t('Rooms') });
  const el = modal('switcher', t('Go to a room or a person'), field, list);
  let at = 0, found = [], known = [];
  const take = (i) => {
    el.close();
    const x = found[i];
    if (x?.room) emit('open', x.room);
    else if (x) run(x.name[0] === '@' ? 'msg' : 'join', x.name);
  };
  const show = () => {
    const letters = field.value.trim().toLowerCase();
    const heat = (r) => (r.mentions ? 4 : r.unread && !muted(r) ? 2 : 0) + (r === app.room ? -1 : 0);
    const own = mine().map((room) => ({ room, name: label(room), by: letters ? score(letters.replace(/^[#@]/, ''), label(room).slice(1)) + heat(room) / 10 : 1 + heat(room) })).filter((x) => !letters || x.by >= 1);
    const others = letters ? known.filter((n) => !own.some((x) => x.name === n)).map((n) => ({ name: n, by: score(letters.replace(/^[#@]/, ''), n.slice(1)) })).filter((x) => x.by >= 1) : [];
    found = [...own.sort((a, b) => b.by - a.by), ...others.sort((a, b) => b.by - a.by)].slice(0, 40);
    at = Math.min(at, Math.max(0, found.length - 1));
    fill(list, found.map((x, i) => h('li', { role: 'option', id: 'place' + i, 'aria-selected': i === at, onclick: () => take(i) }, h('b', x.name),
      x.room ? quiet(excerpt(x.room.topic, 300)) : quiet(x.name[0] === '@' ? t('write to them') : t('enter it')), x.room?.mentions > 0 && h('span.badge.at', '@' + x.room.mentions), x.room?.unread > 0 && h('span.badge', x.room.unread))));
    field.setAttribute('aria-activedescendant', found.length ? 'place' + at : '');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  set(field, { async oninput() {
    at = 0;
    show();
    const letters = field.value.trim().replace(/^[#@]/, '');
    if (!letters) return;
    // Rooms that could be entered and people who could be written to: the server completes them.
    const offered = (line) => ask({ complete: line + letters, at: (line + letters).length }).then((a) => (a.choices || []).map((c) => c.label), () => []);
    const [rooms, people] = await Promise.all([offered('/join #'), offered('/msg @')]);
    if (letters !== field.value.trim().replace(/^[#@]/, '')) return;
    known = [...rooms, ...people].filter((n) => /^[#@]/.test(n));
    show();
  } });
  set(field, { onkeydown(e) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key] || (e.ctrlKey && { n: 1, p: -1, g: 1, k: 1 }[e.key]);
    if (by) at = (at + by + found.length) % Math.max(1, found.length), show();
    else if (e.key === 'Enter' && !e.isComposing) take(at);
    else return;
    e.preventDefault();
    e.stopPropagation();
  } });
  show();
}
