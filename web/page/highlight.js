// Blocks of code. Their words are coloured by the server, which knows the languages; that happens once a block is on the screen.
import { h, fill } from './dom.js';

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

export function highlight(text, lang) {
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
