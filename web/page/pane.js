// A pane is a room, or a thread beside it: what is said there, and the input for it.
import { app, emit, focused, frame, ignored, on, say, tell, touch } from './app.js';
import { clicked, letter, tools } from './actions.js';
import { fill, h, set } from './dom.js';
import { Input } from './input.js';
import { waiting } from './outbox.js';
import { path, ref } from './rooms.js';
import { Scroller } from './scroller.js';
import { timeline } from './timeline.js';
import { list, t } from './words.js';

const row = (el) => el.closest('article[data-seq]');
const readAfter = 250; // ms that the newest message has to be on the screen

export class Pane {
  constructor() {
    this.root = 0;
    this.scroller = new Scroller(waiting);
    this.scroller.moved = () => this.seen();
    this.input = new Input(this);
    this.hint = h('div.hint', { role: 'status', 'aria-live': 'off' });
    this.el = h('div.pane', this.scroller.box, this.hint, this.input.el);
    const { el } = this.scroller;
    set(el, {
      onclick: (e) => this.click(e),
      onpointerover: (e) => e.pointerType === 'mouse' && this.hover(row(e.target)),
      onpointerleave: () => this.hover(null),
      onfocusin: (e) => { const m = row(e.target); this.scroller.choose(m); this.hover(m); },
      onfocusout: (e) => !el.contains(e.relatedTarget) && (this.scroller.choose(null), this.hover(null)),
      onkeydown: (e) => this.key(e),
    });
    on('typing', (room) => room === this.room && this.hints());
    for (const what of ['outbox', 'connection']) on(what, () => frame(this.scroller.paint));
    on('take back', (text, x) => x === this.timeline && !this.input.area.value && this.input.put(text));
    on('look', () => this.looked());
  }

  async show(room, root = 0, seq = 0) {
    if (this.room) this.input.leave();
    Object.assign(this, { room, root, timeline: timeline(room, root), bar: null });
    const x = this.timeline;
    // What is unread when a room is opened stands under a rule until somebody goes elsewhere.
    const mark = root ? 0 : room.read || 0;
    if (!root) x.rule = room.unread ? mark || 0.5 : 0;
    this.input.show();
    this.hints();
    await this.scroller.show(x, seq);
    this.seen();
  }

  link(seq) { return path(this.room, seq); }

  message(el) { return el && this.timeline.find(+el.dataset.seq); }

  click(e) {
    if (getSelection().toString() && !e.target.closest('button, a')) return; // somebody marks words to copy them
    const target = e.target.closest('[data-do]'), article = row(e.target);
    if (target) return clicked(this, target, this.message(article));
    if (e.target.closest('a, button, .tools')) return;
    if (article && touch()) article.focus({ preventScroll: true });
  }

  // hover puts the tools on a message; they are one element, however many messages there are.
  hover(el) {
    const m = this.message(el);
    if (this.bar && this.bar.parentNode === el && this.barOf === m?.v) return;
    if (!el && this.scroller.el.contains(focused())) el = row(focused());
    this.bar?.remove();
    this.bar = null;
    const of = this.message(el);
    if (!of || of.deleted) return;
    this.barOf = of.v;
    el.append(this.bar = tools(this, of));
  }

  key(e) {
    const { scroller } = this;
    const el = row(focused());
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest('button, a, pre') && (e.key === 'Enter' || e.key === ' ')) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, g: -1e9, Home: -1e9, G: 1e9, End: 1e9 }[e.key];
    const m = this.message(el);
    if (step) scroller.step(step, el || undefined);
    else if (e.key === 'Escape') emit('focus input', this);
    else if (m && (e.key === 'Enter' ? letter('t', this, m) : letter(e.key, this, m))) ;
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  select() {
    this.scroller.step(0);
  }

  hints() {
    const typing = this.root ? [] : (this.room.typing || []).filter((n) => n !== app.me && !ignored().includes(n));
    fill(this.hint, typing.length > 3 ? t('several people are typing') : typing.length > 1 ? t('%s are typing', list(typing)) : typing.length ? t('%s is typing', typing[0]) : '');
  }

  // seen moves the person's mark when the newest message is on the screen of a visible window.
  seen() {
    clearTimeout(this.reading);
    const x = this.timeline;
    if (document.hidden || !x?.live || !x.items.length || !this.scroller.atEnd() || this.kept) return;
    this.reading = setTimeout(() => {
      if (x !== this.timeline || document.hidden || !this.scroller.atEnd()) return;
      const last = Math.max(x.last, this.root ? 0 : x.asof, this.root ? 0 : this.room.cursor);
      if (this.root ? x.seenUpTo >= last : (this.room.read || 0) >= last && !this.room.unread && !this.room.mentions) return;
      x.seenUpTo = last;
      if (this.root) return delete this.room.fresh[this.root], emit('timeline', timeline(this.room)), tell({ seen: `${this.room.name}:${last}`, thread: this.root });
      if (tell({ seen: `${this.room.name}:${last}` })) Object.assign(this.room, { read: last, unread: 0, mentions: 0 }), emit('room', this.room);
    }, readAfter);
  }

  // looked is called when the window comes into view or goes out of it: what comes while nobody looks is new afterwards.
  looked() {
    if (!this.timeline) return;
    if (document.hidden) {
      if (!this.room.unread && this.timeline.live) this.timeline.rule = Math.max(this.timeline.last, this.room.cursor);
    } else frame(this.scroller.paint), this.seen();
  }

  // unread puts the mark back before a message, and keeps it there until somebody comes back.
  async unread(seq) {
    this.kept = true;
    this.timeline.rule = seq - 1;
    tell({ seen: `${this.room.name}:${Math.max(0, seq - 1)}` });
    frame(this.scroller.paint);
    say(t('%s and what follows is unread', ref(this.room, seq)));
  }

  // caughtUp is Esc: to the newest message, and all is read.
  caughtUp() {
    this.kept = false;
    this.timeline.rule = 0;
    this.scroller.newest();
  }
}
