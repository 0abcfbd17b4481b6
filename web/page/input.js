// The input of a room or of a thread: text with a draft, an answer or an edit, commands, completion, files.
import { app, emit, focused, narrow, on, say, tell, touch } from './app.js';
import { answers, run, runLine } from './answer.js';
import { excerpt } from './body.js';
import { Completion } from './complete.js';
import { button, fill, h, name, quiet, set } from './dom.js';
import { talks } from './fold.js';
import { offer } from './files.js';
import { post } from './outbox.js';
import { pick } from './picker.js';
import { label } from './rooms.js';
import { t } from './words.js';

const typingFor = 4000; // ms after the last key that somebody counts as typing
const typingAgain = 2000; // ms between two words of it
const kept = 50; // texts that can be recalled
const drafts = new Map(); // by room, or room and thread
on('room', (r) => r !== app.room && drafts.delete('' + r.id)); // the server's may be newer: the person writes elsewhere, too
on('event', (e, r) => e.author === app.me && e.text && e.text === r.draft && (r.draft = '', emit('room', r))); // it was sent from elsewhere

export class Input {
  // pane has the room, its timeline and its scroller.
  constructor(pane) {
    this.pane = pane;
    this.history = [];
    this.area = h('textarea', { rows: 1, dir: 'auto', spellcheck: 'true', autocapitalize: 'sentences', enterkeyhint: 'send' });
    this.done = new Completion(this.area, () => pane.root);
    this.above = h('div.compose', { hidden: true });
    this.answers = h('div', { role: 'status' });
    this.file = h('input', { type: 'file', multiple: true, hidden: true, label: t('Send files'), onchange: () => { offer(pane.room, this.file.files, pane.root); this.file.value = ''; } });
    this.el = h('form.input', { onsubmit: (e) => { e.preventDefault(); this.submit(); } }, this.answers, this.above, this.done.el,
      h('div.field', button('plus', t('Send files'), () => this.file.click()), this.file, this.area,
        button('smile', t('Emoji'), () => pick((n) => this.insert(':' + n + ': '))), h('button.ghost.send', { type: 'submit', title: t('Send'), label: t('Send') }, '↵')));
    set(this.area, {
      onkeydown: (e) => this.key(e),
      oninput: () => this.changed(),
      onpaste: (e) => e.clipboardData.files.length && (e.preventDefault(), offer(pane.room, e.clipboardData.files, pane.root)),
    });
    Input.main ||= this;
    on('room', (r) => this.news(r));
    on('answer', (lines, failed) => this === (Input.active?.el.isConnected ? Input.active : Input.main) && answers(this.answers, lines, failed));
    set(this.area, { onfocus: () => (Input.active = this) });
  }

  place() { return '' + this.pane.room?.id + (this.pane.root ? ':' + this.pane.root : ''); }

  // show takes up the draft of another room.
  show() {
    this.endCompose();
    const { room, root } = this.pane;
    const draft = drafts.get(this.place()) ?? (root ? '' : room.draft || '');
    this.area.value = draft;
    this.grow();
    this.titled();
    fill(this.answers);
    this.done.close();
    this.lastDraft = draft;
  }

  titled() {
    const { room, root } = this.pane;
    const words = root ? t('Answer in the thread') : t('Write to %s', label(room));
    set(this.area, { placeholder: words, label: words });
  }

  // news takes what the server says of the room: a new name, and the draft that was written elsewhere if nobody writes here.
  news(room) {
    if (room !== this.pane.room || this.pane.root) return;
    this.titled();
    const { draft = '' } = room;
    if (this.edit || draft === this.lastDraft || this.area.value !== this.lastDraft || document.hasFocus() && focused() === this.area) return;
    drafts.delete(this.place());
    this.area.value = this.lastDraft = draft;
    this.grow();
  }

  // leave keeps what was typed, here and on the server.
  leave() {
    if (this.pane.room && !this.edit) this.save();
    this.typing(false);
  }

  save() {
    clearTimeout(this.draftTimer);
    const text = this.area.value;
    drafts.set(this.place(), text);
    if (!this.pane.room || this.pane.root || text === this.lastDraft) return;
    this.lastDraft = this.pane.room.draft = text;
    tell({ draft: text });
  }

  focus() {
    if (!touch()) this.area.focus({ preventScroll: true });
  }

  insert(words) {
    const { area } = this;
    area.focus();
    area.setRangeText(words, area.selectionStart, area.selectionEnd, 'end');
    this.changed();
  }

  grow() {
    const lines = Math.min(10, this.area.value.split('\n').length);
    this.area.rows = lines;
    // A long line wraps: rows are added until it fits.
    for (let n = lines; n < 10 && this.area.scrollHeight > this.area.clientHeight + 2; n++) this.area.rows = n + 1;
  }

  changed() {
    this.grow();
    const { value } = this.area;
    if (this.edit) return;
    clearTimeout(this.draftTimer);
    this.draftTimer = setTimeout(() => this.save(), 1500);
    if (app.settings.typing !== 'off') this.typing(!!value && !value.startsWith('/'));
  }

  // typing tells others, again and again while it goes on, and once when it ends.
  typing(now) {
    clearTimeout(this.typingTimer);
    if (now) this.typingTimer = setTimeout(() => this.typing(false), typingFor);
    if (now ? Date.now() - this.told < typingAgain : !this.told) return;
    this.told = now ? Date.now() : 0;
    tell({ typing: now });
  }

  key(e) {
    if (this.done.key(e)) return e.preventDefault();
    const { area } = this;
    const plain = !e.ctrlKey && !e.altKey && !e.metaKey;
    if (e.key === 'Enter' && !e.isComposing) {
      if (touch() && narrow() && plain) return; // a phone's Enter is a new line, its button sends
      e.preventDefault();
      if (e.shiftKey || e.altKey) this.insert('\n');
      else this.submit();
    } else if (e.ctrlKey && e.key === 'j') e.preventDefault(), this.insert('\n');
    else if (e.key === 'ArrowUp' && plain && !area.value && !this.edit) e.preventDefault(), this.editLast();
    else if (e.key === 'ArrowUp' && (e.ctrlKey || e.shiftKey) && (!area.value || this.recalled)) e.preventDefault(), this.recall();
    else if (e.key === 'Escape' && (this.edit || this.reply)) e.preventDefault(), e.stopPropagation(), this.endCompose();
  }

  recall() {
    this.back = Math.min(this.history.length, (this.recalled ? this.back : 0) + 1);
    this.recalled = true;
    this.area.value = this.history[this.history.length - this.back] || '';
    this.grow();
  }

  submit() {
    const text = this.area.value.replace(/\s+$/, '');
    const { room, root } = this.pane;
    if (!text.trim() && !this.edit) return;
    if (!room && text[0] !== '/') return say(t('enter a room first'), true);
    this.recalled = false;
    fill(this.answers); // what was answered before is about something else
    this.history = [...this.history.filter((x) => x !== text), text].slice(-kept);
    this.typing(false);
    const { edit, reply } = this;
    if (edit) {
      this.endCompose();
      const where = `${room.name}:${edit.seq}`;
      if (!text.trim()) return run('delete', where);
      if (text !== edit.text) run('edit', where, { body: text }).then((a) => a && !a.ok && this.startEdit(edit, text));
      return;
    }
    this.clear();
    if (/^\/(?!\/)\S/.test(text)) {
      if (!tell({ show: room?.name || '' })) return this.put(text), say(t('there is no connection: nothing was done, try again in a moment'), true);
      runLine(text.slice(1), root ? { thread: root } : {}).then((a) => a && !a.ok && a.error?.status === 64 && !this.area.value && this.put(text));
      return;
    }
    if (/^s\/[^\n/]+\/[^\n]*\/[gi]*$/.test(text)) return run('correct', room.name + ' ' + text);
    if (reply) this.endCompose();
    post(room, text.replace(/^\/\//, '/'), { thread: root || undefined, reply: reply ? reply.seq : undefined });
    this.pane.scroller.newest();
  }

  put(text) {
    this.area.value = text;
    this.changed();
    this.area.focus();
  }

  clear() {
    this.area.value = '';
    this.grow();
    if (!this.edit) this.save();
  }

  compose(what, words, text) {
    this.above.hidden = false;
    fill(this.above, h('div', what, ' ', words), button('close', t('Cancel'), () => this.endCompose()));
    if (text !== undefined) this.area.value = text;
    this.grow();
    this.area.focus();
  }

  startReply(m) {
    this.endCompose();
    this.reply = m;
    this.compose(h('span', t('Answer to')), h('span', name(m.author), ': ', excerpt(m.text)));
  }

  startEdit(m, text = m.text) {
    this.endCompose();
    this.before = this.area.value;
    this.edit = m;
    this.compose(h('b', t('Edit your message')), quiet(t('Enter saves, Esc leaves it')), text);
  }

  endCompose() {
    if (this.edit) this.area.value = this.before || '';
    this.edit = this.reply = null;
    this.above.hidden = true;
    this.grow();
  }

  // editLast edits the newest message of the person that is held.
  editLast() {
    const m = this.pane.timeline.items.findLast((x) => x.author === app.me && talks(x) && x.type !== 'poll' && !x.deleted && !x.file);
    if (m) this.startEdit(m);
    else answers(this.answers, [t('you have written nothing here that could be edited')]);
  }

  quote(m) {
    this.insert(m.text.split('\n').map((l) => '> ' + l).join('\n') + '\n');
  }
}
