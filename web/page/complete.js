// Completion: the server knows every command, argument, person, room and emoji; the page asks it while somebody types.
import { ask, focused } from './app.js';
import { fill, h, quiet, set } from './dom.js';
import { glyph } from './emoji.js';
import { t } from './words.js';

const wait = 60; // ms between a key and the question
let lists = 0;

export class Completion {
  constructor(area, thread) {
    Object.assign(this, { area, thread, choices: [], at: -1, id: 'choices' + ++lists });
    this.el = h('ul.choices', { role: 'listbox', id: this.id, hidden: true, label: t('Completions') });
    area.setAttribute('aria-autocomplete', 'list');
    area.setAttribute('aria-controls', this.id);
    set(area, {
      oninput: () => this.later(),
      onblur: () => setTimeout(() => this.close(), 150),
    });
  }

  get open() { return !this.el.hidden; }

  // wants reports whether the word at the cursor is one to complete without being asked.
  wants() {
    const { value, selectionStart: at } = this.area;
    const before = value.slice(0, at);
    return /^\/\S*$/.test(before) || /^\/[^/\n]/.test(before) && /\s\S*$/.test(before) || /(?:^|\s|[(])[@#]\S*$/.test(before) || /(?:^|\s):\w[\w+-]+$/.test(before);
  }

  later() {
    clearTimeout(this.timer);
    if (!this.wants()) return this.close();
    this.timer = setTimeout(() => this.look(), wait);
  }

  async look() {
    const { value, selectionStart: at } = this.area;
    let a;
    try { a = await ask({ complete: value, at, thread: this.thread() || undefined }); } catch { return; }
    if (value !== this.area.value || at !== this.area.selectionStart || focused() !== this.area) return;
    const typed = value.slice(a.from ?? at, at);
    const choices = (a.choices || []).slice(0, 40);
    if (!choices.length || choices.length === 1 && choices[0].insert.trim() === typed) return this.close();
    this.from = a.from;
    this.choices = choices;
    // Enter sends a command as it stands; of names and emoji it takes the first.
    this.at = value[0] === '/' ? -1 : 0;
    this.show();
  }

  show() {
    this.el.hidden = false;
    fill(this.el, this.choices.map((c, i) => {
      const emoji = /^:[\w+-]+:?$/.test(c.label) && glyph(c.label.replaceAll(':', ''));
      return h('li', { role: 'option', id: this.id + i, 'aria-selected': i === this.at, onmousedown: (e) => { e.preventDefault(); this.take(i); } },
        emoji && emoji + ' ', h('b', c.label), c.hint && quiet(c.hint));
    }));
    if (this.at >= 0) {
      this.area.setAttribute('aria-activedescendant', this.id + this.at);
      this.el.children[this.at].scrollIntoView({ block: 'nearest' });
    } else this.area.removeAttribute('aria-activedescendant');
  }

  close() {
    clearTimeout(this.timer);
    this.el.hidden = true;
    this.area.removeAttribute('aria-activedescendant');
  }

  take(i) {
    const { area, from } = this;
    area.setRangeText(this.choices[i].insert, from, area.selectionStart, 'end');
    this.close();
    area.dispatchEvent(new Event('input', { bubbles: true }));
    area.focus();
  }

  // key acts on a key while the list is open; true where it did.
  key(e) {
    if (e.key === 'Tab' && !e.shiftKey && !this.open && this.area.value && !e.ctrlKey && !e.altKey && this.wants()) return this.look(), true;
    if (!this.open || e.isComposing) return false;
    const n = this.choices.length;
    if (e.key === 'Tab' && !e.shiftKey || e.key === 'Enter' && !e.shiftKey && !e.altKey && this.at >= 0) this.take(Math.max(0, this.at));
    else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') this.at = (this.at + (e.key === 'ArrowDown' ? 1 : this.at < 0 ? n : n - 1)) % n, this.show();
    else if (e.key === 'Escape') this.close();
    else return false;
    return true;
  }
}
