// Files on their way into a room: dropped, pasted or chosen, with how far they are and a way to stop them.
import { app, emit, nonce, on } from './app.js';
import { button, fill, h, name, quiet } from './dom.js';
import { label, path } from './rooms.js';
import { size, t } from './words.js';

const atOnce = 2;
const list = [];
export const tray = h('div.uploads', { role: 'status' });

// offer puts files into a room.
export function offer(room, files, thread) {
  for (const f of files) {
    // What is pasted has a name that says nothing, and the same each time.
    const called = /^image\.png$/.test(f.name) ? `image-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}.png` : f.name;
    list.push({ room, file: f, name: called, nonce: nonce(), thread, state: 'waits', sent: 0, tried: 0 });
  }
  next();
}

function next() {
  for (const u of list) if (u.state === 'waits' && list.filter((x) => x.state === 'sends').length < atOnce) start(u);
  paint();
}

// start asks first whether the file would be taken: a browser does not see a refusal while it still sends.
async function start(u) {
  u.state = 'sends';
  const url = () => `/files/${path(u.room).slice(3)}/${encodeURIComponent(u.name)}?nonce=${u.nonce}${u.thread ? '&thread=' + u.thread : ''}`;
  const ends = (state, why) => { Object.assign(u, { state, why }); next(); };
  const offline = () => ends('offline', t('waits for the connection'));
  const refused = (status, body) => {
    if (status === 409 && ++u.tried < 9) { // somebody else's file is called so
      u.name = u.name.replace(/(-\d+)?(\.[^.]*)?$/, (_, n, ext) => `-${u.tried + 1}${ext || ''}`);
      return ends('waits', '');
    }
    let why = '';
    try { why = JSON.parse(body).error; } catch { /* a proxy's page */ }
    ends('failed', why || t('the server refuses it (%s)', status));
  };
  try {
    const asked = await fetch(url() + '&check=' + u.file.size, { method: 'POST' });
    if (!asked.ok) return refused(asked.status, await asked.text());
  } catch { return offline(); }
  if (!list.includes(u)) return;
  const request = u.request = new XMLHttpRequest(); // fetch tells of no progress of what is sent
  request.open('POST', url());
  request.upload.onprogress = (e) => { u.sent = e.loaded; u.bar && (u.bar.value = e.loaded); };
  request.onload = () => {
    if (request.status > 299) return refused(request.status, request.responseText);
    list.splice(list.indexOf(u), 1);
    next();
  };
  request.onerror = offline;
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
