// One WebSocket. It comes back by itself, and begins behind what was read before: see docs/protocol.md, "A conversation".
import { emit, on } from './app.js';

const probeAfter = 45e3; // silence after which a link is asked whether it still is one
const probeTime = 6e3; // and how long it may take to answer
const slowest = 15e3; // between two attempts

export class Connection {
  // begin gives the arguments of attach at each connection: where every room goes on.
  constructor(begin) {
    this.begin = begin;
    this.waiting = new Map(); // id → what a command waits for
    this.id = 0;
    this.tries = 0;
    this.state = 'new'; // connecting, open, waiting, ended
    this.heard = Date.now();
    addEventListener('online', () => this.retry());
    addEventListener('offline', () => this.probe());
    on('look', () => !document.hidden && this.probe());
    setInterval(() => !document.hidden && Date.now() - this.heard > probeAfter && this.probe(), 15e3);
  }

  open() {
    clearTimeout(this.timer);
    this.become('connecting');
    const ws = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
    this.ws = ws;
    ws.onopen = () => ws.send(JSON.stringify({ id: 0, command: 'attach', args: this.begin() }));
    ws.onmessage = (m) => {
      if (ws !== this.ws) return;
      this.heard = Date.now();
      for (const line of m.data.split('\n')) if (line) this.take(JSON.parse(line));
    };
    ws.onclose = (c) => ws === this.ws && this.closed(c.code);
    // A network that swallows packets would keep the browser waiting for minutes.
    this.timer = setTimeout(() => this.state === 'connecting' && this.drop(), 10e3);
  }

  take(line) {
    if (line.type === 'hello') {
      clearTimeout(this.timer);
      this.tries = 0;
      this.become('open');
    }
    if (line.type !== 'answer') return emit('line', line);
    if (line.id === 0) return this.begun();
    const w = this.waiting.get(line.id);
    this.waiting.delete(line.id);
    w?.resolve(line);
  }

  // begun is called where what was asked for at the beginning cannot be had, as behind the end of a log that was put back: all is read anew.
  begun() {
    emit('forgotten');
    this.ws.send(JSON.stringify({ id: 0, command: 'attach', args: this.begin() }));
  }

  // send writes one line; false where there is no connection.
  send(line) {
    if (this.state !== 'open') return false;
    this.ws.send(JSON.stringify(line));
    return true;
  }

  // ask sends a command and waits for its answer; it fails where the connection ends first.
  ask(line) {
    return new Promise((resolve, reject) => {
      const id = ++this.id;
      this.waiting.set(id, { resolve, reject });
      if (!this.send({ id, ...line })) this.waiting.delete(id), reject(new Error('offline'));
    });
  }

  // probe finds out whether the link has survived sleep or a change of networks.
  probe() {
    if (this.state === 'waiting') return this.retry();
    if (this.state !== 'open' || this.probing) return;
    const ws = this.ws;
    this.probing = setTimeout(() => { this.probing = 0; if (ws === this.ws && this.state === 'open') this.drop(); }, probeTime);
    const done = () => { clearTimeout(this.probing); this.probing = 0; };
    this.ask({ command: 'version' }).then(done, done);
  }

  // drop gives a connection up without waiting for the other side.
  drop() {
    const ws = this.ws;
    this.ws = null;
    ws?.close();
    this.closed(1006);
  }

  retry() {
    if (this.state === 'waiting') this.open();
  }

  closed(code) {
    for (const w of this.waiting.values()) w.reject(new Error('offline'));
    this.waiting.clear();
    if (this.state === 'ended') return;
    if (code === 4001 || code === 1000) return this.end(); // the session is over, or /quit was said
    // A server that restarts says so; everybody coming back in the same instant would be a burst.
    const wait = code === 1012 && !this.tries ? 100 + Math.random() * 900 : Math.min(slowest, 400 * 2 ** this.tries) * (0.5 + Math.random());
    this.tries++;
    this.again = Date.now() + wait;
    this.become('waiting');
    this.timer = setTimeout(() => this.check(), wait);
  }

  // check asks whether there is a session still: a WebSocket that is refused does not say why.
  async check() {
    try {
      const answer = await fetch('/session', { cache: 'no-store' });
      if (answer.status === 401) return this.end();
    } catch { /* nothing answers: the next attempt says so */ }
    if (this.state === 'waiting') this.open();
  }

  // end stops for good: the session is over.
  end() {
    this.become('ended');
    this.ws?.close();
    emit('ended');
  }

  become(state) {
    this.state = state;
    emit('connection', this);
  }
}
