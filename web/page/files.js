// Files on their way into a room: dropped, pasted or chosen, with how far they are and a way to stop them.
import { app, emit, nonce, on } from './app.js';
import { button, fill, h, name, quiet } from './dom.js';
import { label, path } from './rooms.js';
import { size, t } from './words.js';

const atOnce = 2;
const list = [];
export const tray = h('div.uploads', { role: 'status' });

// offer puts files into a room.
export function offer(room, files) {
  for (const f of files) {
    // What is pasted has a name that says nothing, and the same each time.
    const called = /^image\.png$/.test(f.name) ? `image-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.png` : f.name;
    list.push({ room, file: f, name: called, nonce: nonce(), state: 'waits', sent: 0 });
  }
  next();
}

function next() {
  for (const u of list) if (u.state === 'waits' && list.filter((x) => x.state === 'sends').length < atOnce) start(u);
  paint();
}

function start(u) {
  u.state = 'sends';
  const request = u.request = new XMLHttpRequest(); // fetch tells of no progress of what is sent
  request.open('POST', `/files/${path(u.room).slice(3)}/${encodeURIComponent(u.name)}?nonce=${u.nonce}`);
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.upload.onprogress = (e) => { u.sent = e.loaded; u.bar && (u.bar.value = e.loaded); };
  request.onload = () => {
    if (request.status < 300) list.splice(list.indexOf(u), 1);
    else {
      let why = '';
      try { why = JSON.parse(request.responseText).error; } catch { /* a proxy's page */ }
      Object.assign(u, { state: 'failed', why: why || t('the server refuses it (%s)', request.status) });
    }
    next();
  };
  request.onerror = () => { Object.assign(u, { state: 'offline', why: t('waits for the connection') }); next(); };
  request.send(u.file);
}

function drop(u) {
  u.request?.abort();
  list.splice(list.indexOf(u), 1);
  next();
}

function paint() {
  fill(tray, list.map((u) => {
    u.bar = h('progress', { max: u.file.size || 1, value: u.sent, label: u.name });
    return h('div.upload', name(u.name), quiet(size(u.file.size) + (u.room === app.room ? '' : ' → ' + label(u.room))),
      u.why ? h('span.quiet.error', u.why) : u.bar,
      u.state === 'failed' && h('button.link', { onclick: () => { Object.assign(u, { state: 'waits', why: '' }); next(); } }, t('Send again')), button('close', t('Cancel'), () => drop(u)));
  }));
}

// What the connection broke off goes on with the same nonce: it comes once.
on('hello', () => {
  for (const u of list) if (u.state === 'offline') Object.assign(u, { state: 'waits', why: '' });
  next();
});

// dropping shows that files may be let go anywhere on the page.
export function dropping() {
  let deep = 0;
  const over = (on) => document.body.classList.toggle('dropping', on);
  const files = (e) => e.dataTransfer?.types.includes('Files');
  addEventListener('dragenter', (e) => files(e) && app.room && (deep++, over(true)));
  addEventListener('dragleave', (e) => files(e) && --deep <= 0 && (deep = 0, over(false)));
  addEventListener('dragover', (e) => files(e) && e.preventDefault());
  addEventListener('drop', (e) => {
    if (!files(e)) return;
    e.preventDefault();
    deep = 0;
    over(false);
    if (app.room) offer(app.room, e.dataTransfer.files), emit('focus');
  });
}
