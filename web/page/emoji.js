// Names that are data of the server (its package text), fetched once and kept by the browser: of emoji, and those that nobody has.

import { data } from './app.js';

let glyphs = {}, kept = []; // by name; reserved
const canonical = {}; // the name that reactions use, by glyph

export async function loadNames() {
  const table = await data('names');
  glyphs = table.glyphs;
  kept = table.reserved;
  for (const name of table.names) canonical[glyphs[name]] = name;
}

export const reserved = (name) => kept.includes(name);
const known = (name) => Object.hasOwn(glyphs, name);

// emoji is the glyph that a name has, or nothing.
export const emoji = (name) => (known(name) ? glyphs[name] : undefined);

// glyph is what is shown of a reaction: one without a name is itself.
export const glyph = (name) => emoji(name) || name;

export const emojiName = (picture) => canonical[picture] || canonical[picture + '\ufe0f'];

// findEmoji is at most limit [name, glyph] whose name has the words: those that begin with them first.
export function findEmoji(words, limit) {
  const w = words.toLowerCase().replace(/[: ]+/g, '_').replace(/^_|_$/g, '');
  const found = Object.keys(glyphs).filter((n) => n.includes(w));
  const rank = (n) => (n === w ? 0 : n.startsWith(w) ? 1 : n.includes('_' + w) ? 2 : 3);
  const seen = new Set();
  return found.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).filter((n) => !seen.has(glyphs[n]) && seen.add(glyphs[n])).slice(0, limit).map((n) => [n, glyphs[n]]);
}
