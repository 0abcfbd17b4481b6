// What somebody wrote, as elements: spans of markup become lines, quotations, items, blocks of code.
import { app } from './app.js';
import { fill, h } from './dom.js';
import { parse } from './markup.js';
import { find, path } from './rooms.js';
import { t } from './words.js';

const foldLines = 24, foldChars = 2400; // a message with more is folded

// calls reports whether a text is one that the person wants to be told of: it names them, or has one of their words.
export function calls(text, spans = parse(text)) {
  if (spans.some((s) => s.kind === 'mention' && s.name === app.me)) return true;
  const said = text.toLowerCase();
  return (app.settings.highlight || '').split(',').map((w) => w.trim().toLowerCase()).filter(Boolean).some((w) => {
    for (let i = said.indexOf(w); i >= 0; i = said.indexOf(w, i + 1)) {
      if (!/[\p{L}\p{M}\p{Nd}]/u.test(said[i - 1] || ' ') && !/[\p{L}\p{M}\p{Nd}]/u.test(said[i + w.length] || ' ')) return true;
    }
    return false;
  });
}

// inline is one span; words that are emphasised lie in b, i and s.
function inline(span) {
  const words = span.shown || span.text;
  let node = words;
  switch (span.kind) {
    case 'mark': case 'fence': return '';
    case 'mention':
      node = h('button.mention' + (span.name === app.me ? '.me' : ''), { does: 'person', 'data-name': span.name }, words);
      break;
    case 'room': case 'ref': {
      const room = find('#' + span.room);
      node = h('a.room', { href: room ? path(room, span.seq) : '/r/' + encodeURIComponent(span.room) + (span.seq ? '/' + span.seq : '') }, words);
      break;
    }
    case 'url': // parse gives http, https and mailto only
      node = h('a', { href: span.url, rel: 'noopener noreferrer', target: '_blank', dir: 'ltr' }, words);
      break;
    case 'code':
      node = h('code', { dir: 'ltr' }, span.text.replace(/^(`+) ?([^]*?) ?\1$/, '$2'));
      break;
    case 'picture':
      node = h('span.emoji', { title: span.text }, app.settings.emoji === 'name' ? span.text : words);
  }
  for (const l of span.look) node = h({ b: 'strong', i: 'em', s: 's' }[l], null, node);
  return node;
}

// lines divides spans into lines {quoted, item, nodes} and blocks {code, lang}.
function lines(spans) {
  const out = [{ nodes: [] }];
  const line = () => out[out.length - 1];
  let behind = false; // a block, whose newline is its own
  for (const s of spans) {
    if (s.kind === 'block') {
      if (!line().nodes.length && !line().quoted) out.pop();
      out.push({ code: s.text, lang: s.lang }, { nodes: [] });
    } else if (s.kind === 'quoted') line().quoted = s.text.replace(/[^>]/g, '').length;
    else if (s.kind === 'item') line().item = s.text;
    else if (s.kind === 'plain' && s.text.includes('\n')) {
      s.text.split('\n').forEach((words, i) => {
        if (i && !(i === 1 && behind && !line().nodes.length)) out.push({ nodes: [] });
        if (words) line().nodes.push(inline({ ...s, text: words }));
      });
    } else line().nodes.push(inline(s));
    if (s.kind !== 'fence') behind = s.kind === 'block';
  }
  if (out.length > 1 && !line().nodes.length && out[out.length - 2].code !== undefined) out.pop();
  return out;
}

// body is a text with its formatting. lead is what stands before its first words, as the name in an action.
export function body(text, lead) {
  const spans = parse(text);
  const el = h('div.body', { dir: 'auto' });
  const parts = lines(spans);
  let quote = null;
  for (const p of parts) {
    if (p.code !== undefined) {
      quote = null;
      el.append(highlight(p.code, p.lang));
      continue;
    }
    const item = p.item && /^( *)(\S+)/.exec(p.item);
    const row = h(item ? 'div.item' : 'div', { dir: 'auto' }, item && h('span.mark', '\u00a0'.repeat(item[1].length) + (/\d/.test(item[2]) ? item[2] : '•')), item ? h('span', p.nodes) : p.nodes);
    if (!p.nodes.length) row.append(h('br'));
    if (!p.quoted) el.append(row), quote = null;
    else {
      if (!quote) el.append(quote = h('blockquote'));
      quote.append(row);
    }
  }
  if (lead) (el.firstChild.matches('div') ? el.firstChild : el).prepend(lead, ' ');
  const plain = text.trim();
  if (plain.length < 24 && /^(?:(?:\p{Extended_Pictographic}|\p{RI}\p{RI})[\ufe0f\u200d\p{EMod}\p{Extended_Pictographic}]*\s*){1,3}$/u.test(plain.replace(/:[\w+-]+:/g, '🎉'))) el.classList.add('jumbo');
  if (parts.length > foldLines || text.length > foldChars) {
    el.classList.add('folded');
    return [el, h('button.more', { does: 'unfold', 'aria-expanded': 'false' }, t('Show all'))];
  }
  return [el];
}

// excerpt is the beginning of a text in one line, without its marks.
export function excerpt(text, max = 120) {
  let out = '';
  for (const s of parse((text || '').slice(0, 1000))) if (!['mark', 'fence', 'quoted'].includes(s.kind)) out += s.kind === 'code' ? s.text.replace(/^`+|`+$/g, '') : s.shown || s.text;
  out = out.replace(/\s+/g, ' ').trim();
  return [...out].length > max ? [...out].slice(0, max).join('') + '…' : out;
}

// Blocks of code: the server colours their words, because it knows the languages; it is asked once a block is on the screen.
const largest = 4096; // bytes, what the server takes
const known = new Map(); // what was coloured: language and text → [class, words] pairs
const remember = 100; // blocks
const waiting = [];
let busy = false;

const seen = new IntersectionObserver((entries) => {
  for (const e of entries) if (e.isIntersecting) {
    seen.unobserve(e.target);
    waiting.push(e.target);
    next();
  }
});

const texts = new WeakMap();

function highlight(text, lang) {
  const code = h('code', { dir: 'ltr' }, text);
  const block = h('pre', { tabindex: '0', dir: 'ltr', 'data-lang': lang || null }, code);
  if (!lang || new TextEncoder().encode(text).length > largest) return block;
  const key = lang + '\n' + text;
  if (known.has(key)) colour(code, known.get(key));
  else {
    texts.set(block, { key, lang, text, code });
    seen.observe(block);
  }
  return block;
}

function colour(code, spans) {
  fill(code, spans.map(([cls, words]) => (/^[a-z][a-z0-9]{0,5}$/.test(cls) ? h('span.c-' + cls, null, words) : words)));
}

// One block is asked for at a time: a room full of code is no burst.
async function next() {
  if (busy || !waiting.length) return;
  busy = true;
  const { key, lang, text, code } = texts.get(waiting.shift());
  try {
    if (!known.has(key)) {
      const answer = await fetch('/highlight', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ lang, text }) });
      const spans = answer.ok && await answer.json();
      if (Array.isArray(spans) && spans.map((s) => s[1]).join('') === text) known.set(key, spans);
      if (known.size > remember) known.delete(known.keys().next().value);
    }
    if (known.has(key)) colour(code, known.get(key));
  } catch { /* offline: the block stays plain */ }
  busy = false;
  next();
}

// glance is the first line of a text where it is quoted, as the server says it.
export const glance = (text, max) => excerpt((text || '').slice(0, 999).replace(/^(?:```.*)?\s*/, '').trimEnd().replace(/ *\n[^]*/, ' …'), max);
