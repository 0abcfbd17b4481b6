// Elements are made here and nowhere else. What people wrote becomes text nodes: nothing in this page parses HTML.
import { asset, focused } from './app.js';

// Words of somebody may run right to left: whatever holds words has a direction of its own, which does not turn its surroundings.
// h makes an element: h('a.link', {href, onclick, label}, kids…) or h('p', kids…); label is its aria-label, hide hides it from screen readers, and does is what a click on it does. Kids that are null or false are left out.
export function h(what, props, ...kids) {
  const [tag, ...classes] = what.split('.');
  const el = document.createElement(tag || 'div');
  if (props != null && Object.getPrototypeOf(props) !== Object.prototype) kids.unshift(props), props = null;
  if (classes.length) el.className = classes.join(' ');
  if (tag === 'button') el.type = 'button';
  if (kids.some((k) => typeof k === 'string')) el.dir = 'auto';
  set(el, props);
  el.append(...kids.flat(9).filter((k) => k || k === 0));
  return el;
}

const short = { label: 'aria-label', hide: 'aria-hidden', does: 'data-do' };

export function set(el, props) {
  for (const [k, v] of Object.entries(props || {})) {
    if (v == null) continue;
    if (k.startsWith('on')) el.addEventListener(k.slice(2), v);
    else if (k === 'value' || typeof v === 'boolean' && k in el) el[k] = v;
    else if (v !== false || k.startsWith('aria-')) el.setAttribute(short[k] || k, v);
  }
  return el;
}

export const quiet = (...words) => h('span.quiet', words.join(''));

// name is a person, a room or another short text of somebody.
export const name = (words, cls) => h('bdi' + (cls ? '.' + cls : ''), words);

// hue is the colour of a name, always the same: by a hash, FNV-1a over its characters.
export function hue(words) {
  let x = 0x811c9dc5;
  for (const c of words) x = Math.imul(x ^ c.codePointAt(0), 0x01000193) >>> 0;
  return 'hue' + (x % 10);
}

// icon is one of icons.svg.
export function icon(what) {
  const make = (tag) => document.createElementNS('http://www.w3.org/2000/svg', tag);
  const svg = set(make('svg'), { class: 'icon', hide: true });
  svg.append(set(make('use'), { href: asset('icons.svg') + '#' + what }));
  return svg;
}

// button is an icon that says in words what it does.
export function button(what, words, onclick, cls) {
  return h('button.ghost' + (cls ? '.' + cls : ''), { title: words, label: words, onclick }, icon(what));
}

// fill replaces what is in an element.
export const fill = (el, ...kids) => (el.replaceChildren(...kids.flat(9).filter((k) => k || k === 0)), el);

// modal shows a dialog above the page, which closes at Esc and at a click beside it, and gives the focus back.
export function modal(cls, label, ...kids) {
  const back = focused();
  const el = h('dialog.' + cls, { label: label }, ...kids);
  set(el, { onclick: (e) => e.target === el && el.close() });
  set(el, { onclose: () => { el.remove(); focused() === document.body && back?.isConnected && back.focus(); } }); // it comes late: something else may have been opened
  document.body.append(el);
  el.showModal();
  return el;
}
