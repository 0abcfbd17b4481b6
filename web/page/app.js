// What all parts of the page share: who is here, their settings, and the news that parts tell each other.

export const app = {
  me: '', // the name; empty before the first hello
  role: '',
  server: 'Parley',
  settings: {},
  away: false,
  room: null, // the room that is shown
  conn: null,
};

const listeners = new Map();

// on calls fn whenever name is emitted.
export function on(name, fn) {
  if (!listeners.has(name)) listeners.set(name, []);
  listeners.get(name).push(fn);
}

export function emit(name, ...args) {
  for (const fn of listeners.get(name) || []) fn(...args);
}

// say shows a sentence above the input that is written in.
export const say = (words, failed) => emit('answer', [words], failed);

// look is told when the window comes into view or goes out of it.
document.addEventListener('visibilitychange', () => emit('look'));

const due = new Set();

// frame runs fn once before the next paint, however often it is asked for: a hundred messages are one paint. A hidden
// tab paints nothing, so nothing runs there until it is looked at.
export function frame(fn) {
  if (!due.size) requestAnimationFrame(() => {
    const now = [...due];
    due.clear();
    for (const f of now) f();
  });
  due.add(fn);
}

// ask sends a command and waits for its answer; tell only says something. Both are of the connection.
export const ask = (line) => app.conn.ask(line);
export const tell = (line) => app.conn.send(line);

// asset is the address of a file of the page, and data what a file of data holds.
export const asset = (name) => new URL(name, import.meta.url).href;
export const data = async (name) => (await fetch(asset(name + '.json'))).json();

// keep remembers something in this browser, and kept finds it again; a browser may be set to remember nothing.
export function keep(what, value) {
  try { localStorage.setItem('parley ' + what, JSON.stringify(value)); } catch { /* so it is not kept */ }
}

export function kept(what) {
  try { return JSON.parse(localStorage.getItem('parley ' + what)); } catch { return null; }
}

// sleep lets some milliseconds pass.
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export const ignored = () => app.settings.ignored || [];
export const focused = () => document.activeElement;
export const narrow = () => matchMedia('(max-width: 699px)').matches;
export const touch = () => matchMedia('(pointer: coarse)').matches;

// nonce is what makes sending twice the same as sending once.
export const nonce = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, '0')).join('');
