// The picker of emoji: a field to search in, and the ones that were used last.
import { focused, keep, kept } from './app.js';
import { fill, h, modal, set } from './dom.js';
import { emojiName, findEmoji, glyph } from './emoji.js';
import { t } from './words.js';

const usual = ['+1', 'tada', 'heart', 'joy', 'eyes', 'white_check_mark', 'rocket', 'pray', 'thinking', 'ok_hand', 'wave', 'fire'];

const recent = () => [...new Set([...kept('emoji') || [], ...usual])].slice(0, 18);

// pick shows the picker and gives the name of what is chosen.
export function pick(chosen) {
  const field = h('input', { type: 'search', placeholder: t('Search emoji'), label: t('Search emoji'), autocomplete: 'off', autofocus: true });
  const grid = h('div.grid');
  const el = modal('picker', t('Emoji'), field, grid);
  const take = (name) => { keep('emoji', [name, ...recent().filter((n) => n !== name)]); el.close(); chosen(name); };
  const show = () => {
    const list = field.value.trim() ? findEmoji(field.value.trim(), 90) : recent().map((n) => [n, glyph(n)]);
    const own = field.value.trim();
    if (!list.length && emojiName(own)) list.push([emojiName(own), own]);
    fill(grid, list.length ? list.map(([n, g]) => h('button', { title: ':' + n + ':', label: n.replaceAll('_', ' '), onclick: () => take(n) }, g)) : h('p.quiet', t('nothing was found')));
  };
  set(field, { oninput: show });
  set(el, { onkeydown(e) {
    const all = [...grid.querySelectorAll('button')], i = all.indexOf(focused());
    if (e.key === 'Enter' && i < 0 && all[0]) e.preventDefault(), all[0].click();
    const row = Math.max(1, Math.floor(grid.clientWidth / 40));
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: i < 0 ? 1 : row, ArrowUp: -row }[e.key];
    if (!by || i < 0 && e.key !== 'ArrowDown') return;
    e.preventDefault();
    (i + by < 0 ? field : all[Math.min(all.length - 1, i + by)])?.focus();
  } });
  show();
}
