// The rows of a timeline in the document. They are painted by difference, at most once a frame; whatever comes or
// goes above, what somebody reads stays where it is.
import { app, focused, frame, ignored, on } from './app.js';
import { fill, h } from './dom.js';
import { talks } from './fold.js';
import { comings, did, message, system } from './message.js';
import { count, date, day, t } from './words.js';

const near = 700; // pixels from an end at which the log is read on
const together = 5 * 60e3; // between messages of one person that stand under one name
const coming = (m) => m.type === 'join' || m.type === 'leave';

export class Scroller {
  constructor(extra) {
    this.extra = extra; // rows behind the newest: what is being sent
    this.rows = new Map(); // key → {version, el}
    this.list = h('div.rows');
    this.end = h('button.newest', { hidden: true, onclick: () => this.newest() });
    this.el = h('div.log', { role: 'log', 'aria-live': 'off', tabindex: '0', label: t('Messages') }, this.list);
    this.box = h('div.logbox', this.el, this.end);
    this.el.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.paint = this.paint.bind(this);
    // Images, fonts and a smaller window change heights; whoever was at the end stays there.
    new ResizeObserver(() => this.follow && this.toEnd()).observe(this.list);
    new ResizeObserver(() => this.follow && this.toEnd()).observe(this.el);
    on('timeline', (x) => x === this.timeline && frame(this.paint));
  }

  // show paints another timeline, at a message or where it was left.
  async show(timeline, seq) {
    if (this.timeline) Object.assign(this.timeline, { shown: false, top: this.follow ? null : this.anchor(), held: false });
    this.timeline = timeline;
    timeline.shown = true;
    this.clear();
    this.follow = !seq && (timeline.live || !timeline.loaded) && !timeline.top;
    const to = seq || timeline.top?.seq;
    if (!timeline.loaded || timeline.stale || seq && !timeline.find(seq)) {
      timeline.stale = false;
      await timeline.open(seq);
      if (timeline !== this.timeline) return;
      if (seq && !timeline.find(seq) && timeline.items.length) seq = timeline.items.reduce((a, m) => (m.seq <= seq ? m.seq : a), timeline.first);
    }
    this.paint();
    if (seq) this.to(seq, true);
    else if (timeline.top && to) this.keep(timeline.top);
    else this.toRule() || this.toEnd();
    this.scrolled();
  }

  clear() {
    this.rows.clear();
    this.list.replaceChildren();
  }

  // repaint makes all rows anew: of another language, other colours.
  repaint() {
    const top = this.anchor();
    for (const m of this.timeline.items) m.day = '';
    this.clear();
    this.paint();
    if (!this.follow) this.keep(top);
  }

  // anchor is the first row that can be seen, and where.
  anchor() {
    const top = this.el.getBoundingClientRect().top;
    for (const el of this.list.children) {
      const box = el.getBoundingClientRect();
      if (box.bottom > top && el.dataset.seq) return { el, seq: +el.dataset.seq, off: box.top - top };
    }
    return null;
  }

  keep(a) {
    if (!a) return;
    const el = a.el?.isConnected ? a.el : this.row(a.seq);
    if (el) this.el.scrollTop += el.getBoundingClientRect().top - this.el.getBoundingClientRect().top - a.off;
  }

  row(seq) { return this.list.querySelector(`[data-seq="${seq}"]`); }

  atEnd() { return this.el.scrollHeight - this.el.scrollTop - this.el.clientHeight < 60; }

  toEnd() {
    this.el.scrollTop = this.el.scrollHeight;
  }

  // toRule goes to the first new message; with far it is read where it is not held.
  toRule(far) {
    const rule = this.list.querySelector('.rule.new'), { timeline } = this;
    if (!rule && far && timeline.rule && timeline.before) return void this.show(timeline, Math.ceil(timeline.rule));
    if (!rule || this.el.scrollHeight - rule.offsetTop < this.el.clientHeight) return false;
    this.follow = false;
    rule.scrollIntoView({ block: 'center' });
    return true;
  }

  to(seq, mark) {
    const el = this.row(seq);
    if (!el) return false;
    el.scrollIntoView({ block: mark ? 'center' : 'nearest' });
    this.follow = this.timeline.live && this.atEnd();
    if (mark) el.classList.remove('found'), void el.offsetWidth, el.classList.add('found');
    return true;
  }

  // newest goes to the end, whatever has to be read for that.
  async newest() {
    this.timeline.held = false;
    if (!this.timeline.live) await this.timeline.open();
    this.follow = true;
    this.timeline.missed = 0;
    this.paint();
    this.toEnd();
  }

  async oldest() {
    this.follow = false;
    await this.timeline.open(1);
    this.paint();
    this.el.scrollTop = 0;
  }

  scrolled() {
    const { el, timeline } = this;
    if (!timeline?.loaded) return;
    // A window of another size moves the rows; nobody has scrolled.
    const shape = el.clientWidth + ' ' + el.clientHeight, other = shape !== this.shape;
    this.shape = shape;
    if (this.follow && other) return this.toEnd();
    this.follow = timeline.live && this.atEnd();
    timeline.held = !this.follow;
    if (this.follow) timeline.missed = 0;
    if (el.scrollTop < near && timeline.before) timeline.older()?.catch(() => {});
    else if (timeline.after && el.scrollHeight - el.scrollTop - el.clientHeight < near) timeline.newer()?.catch(() => {});
    this.markEnd();
    this.moved?.();
  }

  markEnd() {
    const n = this.timeline.missed;
    this.end.hidden = this.follow || this.timeline.live && this.atEnd();
    if (!this.end.hidden) fill(this.end, n ? count(n, '%s new message below', '%s new messages below') : t('To the newest'), ' ↓');
  }

  // wanted is the rows as they have to be: [key, version, maker].
  wanted() {
    const { timeline } = this, { room, root } = timeline;
    const out = [], skip = ignored();
    let prev = null, today = '', ruled = false;
    if (timeline.busy && (timeline.before || !timeline.loaded)) out.push(['reading', 0, () => system(t('reading …'))]);
    else if (timeline.loaded && !timeline.before && !root && room.gone) out.push(['gone', 0, () => system(t('older messages have expired'))]);
    const items = timeline.items;
    for (let i = 0; i < items.length; i++) {
      const m = items[i];
      if (talks(m) && (skip.includes(m.author) || !m.text && !m.deleted && !m.file)) continue; // unread, or expired
      const d = m.day ||= date(m.time); // of the zone that is set: repaint forgets it
      if (d !== today) out.push(['d' + d, day(m.time), () => h('div.rule', { role: 'separator' }, h('span', day(m.time)))]), prev = null;
      today = d;
      if (!ruled && timeline.rule && m.seq > timeline.rule && m.author !== app.me) {
        ruled = true;
        // Where the rows begin behind it, it is further up.
        if (i || !timeline.before) out.push(['new', 0, () => h('div.rule.new', { role: 'separator' }, h('span', t('new')))]), prev = null;
      }
      if (coming(m)) {
        const run = [m];
        while (i + 1 < items.length && coming(items[i + 1]) && date(items[i + 1].time) === m.day) run.push(items[++i]);
        out.push(['j' + m.seq, run.length, () => system(comings(run), m)]);
        prev = null;
        continue;
      }
      if (!talks(m)) {
        out.push(['s' + m.seq, m.v || 0, () => did(m, room)]);
        prev = null;
        continue;
      }
      const grouped = !!prev && prev.author === m.author && new Date(m.time) - new Date(prev.time) < together && !m.parent && m.type !== 'action' && prev.type !== 'action';
      const unread = room.fresh[m.seq] || 0;
      out.push(['m' + m.seq, `${m.v || 0} ${grouped} ${unread}`, () => message(m, { room, root, grouped, unread })]);
      prev = m;
    }
    if (timeline.live) for (const x of this.extra(timeline)) out.push(x);
    return out;
  }

  paint() {
    if (!this.timeline) return;
    const { list, rows } = this;
    const keep = this.follow ? null : this.anchor();
    const inside = list.contains(focused()) ? focused().closest('[data-seq]') : null;
    const wanted = this.wanted();
    const alive = new Set(wanted.map((w) => w[0]));
    for (const [key, r] of rows) if (!alive.has(key)) r.el.remove(), rows.delete(key);
    let at = list.firstChild;
    for (const [key, version, make] of wanted) {
      let r = rows.get(key);
      if (!r || r.version !== version) {
        const el = make();
        if (this.selected && el.dataset.seq === this.selected) this.choose(el);
        if (r) {
          if (at === r.el) at = el;
          r.el.replaceWith(el);
        }
        rows.set(key, r = { version, el });
      }
      if (r.el === at) at = at.nextSibling;
      else list.insertBefore(r.el, at);
    }
    if (inside && !inside.isConnected) this.row(inside.dataset.seq)?.focus({ preventScroll: true });
    if (this.follow) this.toEnd();
    else this.keep(keep);
    this.markEnd();
    this.moved?.();
  }

  // Select mode is the focus on a message.
  choose(el) {
    this.list.querySelector('.chosen')?.classList.remove('chosen');
    this.selected = el?.dataset.seq;
    el?.classList.add('chosen');
  }

  messages() { return [...this.list.querySelectorAll('article[data-seq]')]; }

  // step moves the focus from message to message: by some, or to an end.
  step(by, from = focused()?.closest('article')) {
    const all = this.messages();
    if (!all.length) return;
    const i = all.indexOf(from);
    const el = all[i < 0 ? all.length - 1 : Math.max(0, Math.min(all.length - 1, i + by))];
    this.follow = false;
    this.timeline.held = true;
    el.focus({ preventScroll: true });
    el.scrollIntoView({ block: 'nearest' });
  }

  page(by) {
    this.el.scrollBy({ top: by * this.el.clientHeight * 0.85 });
  }
}

