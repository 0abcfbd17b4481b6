// A stretch of a room's log, or of one of its threads, as rows: what is in memory and in the document is at most
// keep rows, however long the log is. Both ends are read on when somebody scrolls there.
import { ask, emit, on } from './app.js';
import { about, fold, shown, talks } from './fold.js';

const keep = 200; // rows that are held
const page = 60; // rows that are asked for at once

export class Timeline {
  constructor(room, root = 0) {
    Object.assign(this, { room, root, rule: 0 });
    this.reset();
  }

  reset() {
    Object.assign(this, { items: [], before: 0, after: 0, asof: 0, loaded: false, fresh: [], missed: 0, turn: (this.turn || 0) + 1, busy: null });
  }

  // live says that the newest row is among those held.
  get live() { return this.loaded && !this.after; }
  get first() { return this.items[0]?.seq || 0; }
  get last() { return this.items[this.items.length - 1]?.seq || 0; }

  find(seq) { return this.items.find((m) => m.seq === seq); }

  // open reads the rows around a seq, or the newest; what was held is given up.
  async open(seq) {
    this.reset();
    return this.read(seq ? `--around ${seq}` : '', (rows) => (this.items = rows), seq ? 120 : page);
  }

  older() {
    if (!this.before) return null;
    return this.read(`--before ${this.before}`, (rows, a) => {
      this.items = [...rows, ...this.items];
      this.before = a.before || 0;
      if (this.items.length > keep) {
        this.after = this.items[keep - 1].seq;
        this.items.length = keep;
      }
    });
  }

  newer() {
    if (!this.after) return null;
    const end = this.after;
    if (this.root) return this.open(); // a thread is read from its end only
    return this.read(`--after ${end}`, (rows, a) => {
      this.items = [...this.items, ...rows.filter((m) => m.seq > end)];
      this.after = a.after || 0;
      if (!this.after) this.missed = 0;
      this.trim();
    });
  }

  // trim gives up the oldest rows.
  trim() {
    const over = this.items.length - keep;
    if (over <= 0) return;
    this.items.splice(0, over);
    this.before = this.first;
  }

  // read asks for rows. What happens until they are here is kept and folded in behind them.
  async read(where, take, n = page) {
    if (this.busy) return this.busy;
    const { turn } = this;
    const first = !this.loaded;
    const work = async () => {
      const args = [this.room.name, '--now', where, this.root ? `--thread ${this.root}` : '', `-n ${n}`].filter(Boolean).join(' ');
      const a = await ask({ command: 'history', args });
      if (turn !== this.turn) return;
      if (!a.ok) throw new Error(a.error.text);
      const rows = a.messages || [];
      for (const m of rows) m.asof = Math.max(m.asof || 0, a.asof || 0);
      if (first) Object.assign(this, { before: a.before || 0, after: a.after || 0, loaded: true, asof: a.asof || 0 });
      take(rows, a);
      this.asof = Math.max(this.asof, a.asof || 0);
      const late = this.fresh.splice(0);
      this.busy = null;
      for (const e of late) this.take(e);
      emit('timeline', this);
    };
    this.busy = work().finally(() => { if (turn === this.turn) this.busy = null; });
    emit('timeline', this);
    return this.busy;
  }

  // take folds an event in and adds a row for it, where it has one and the end is held.
  take(e) {
    if (this.busy) this.fresh.push(e);
    if (!this.loaded) return false;
    let changed = false;
    for (const seq of about(e)) {
      const m = this.find(seq);
      if (m && fold(m, e)) changed = true;
      if (!talks(e) && seq === e.ref) for (const m of this.items) if (m.ref === seq && m.parent) changed = this.quote(m, e) || changed;
    }
    if (e.type === 'expire') {
      this.items = this.items.filter((m) => m.seq > e.ref);
      this.before = 0;
      changed = true;
    }
    if (!shown(e, this.root) || e.seq <= this.last || this.busy && !this.live) return changed;
    // Somebody reads far back: what is new waits for them.
    if (this.after || this.held && this.items.length >= keep) {
      this.after = this.after || this.last;
      this.missed++;
      return true;
    }
    const row = { ...e, asof: e.seq, v: 0 };
    if (e.ref && e.ref !== e.thread) row.parent = this.quoted(row);
    this.items.push(row);
    if (!this.held) this.trim();
    return true;
  }

  // quoted is what a row shows of the message that it answers, or is about. What is not held is read.
  quoted(row) {
    const m = this.find(row.ref);
    if (m) return { author: m.author, text: m.text, deleted: m.deleted };
    fetchParent(this.room, row.ref).then((found) => { row.parent = found; row.v++; emit('timeline', this); }, () => {});
    return {};
  }

  quote(m, e) {
    if (e.type === 'edit') m.parent = { ...m.parent, text: e.text };
    else if (e.type === 'delete') m.parent = { ...m.parent, text: '', deleted: e.author };
    else return false;
    m.v = (m.v || 0) + 1;
    return true;
  }
}

// Timelines that were read are kept for a few rooms, so that going back to one is at once.
const several = 8;
const open = new Map(); // room id, or room id:root → timeline

const keyOf = (room, root) => room.id + (root ? ':' + root : '');

export function timeline(room, root = 0) {
  const key = keyOf(room, root);
  const found = open.get(key) || new Timeline(room, root);
  open.delete(key);
  open.set(key, found);
  for (const [k, x] of open) if (open.size > several && !x.shown) open.delete(k);
  return found;
}

export const timelines = () => [...open.values()];

export function forget(room) {
  for (const [k, x] of open) if (x.room === room) open.delete(k);
}

on('event', (e, room) => {
  for (const x of open.values()) if (x.room === room && x.take(e)) emit('timeline', x);
});

// fetchParent reads a message that a row answers and that is not held.
async function fetchParent(room, seq) {
  const a = await ask({ command: 'history', args: `${room.name} --now --around ${seq} -n 1` });
  const m = (a.messages || []).find((x) => x.seq === seq);
  return m ? { author: m.author, text: m.text, deleted: m.deleted } : { gone: true };
}
