// The way in: a code that somebody types where they are known already, in a terminal with their key.
import { sleep } from './app.js';
import { fill, h } from './dom.js';
import { t } from './words.js';

const main = () => document.querySelector('#login');

// login shows the code until this browser is let in, and calls entered then; still says that it is, and was only left.
export async function login(entered, why, still) {
  const place = main();
  place.hidden = false;
  const say = (...kids) => fill(place, h('div.card', h('h1', document.querySelector('meta[name=application-name]').content), why && h('p.quiet', why), kids));
  const again = (words) => say(h('p', { role: 'alert' }, words), h('button.primary', { onclick: () => login(entered) }, t('Get a code')));
  if (still) return say(h('button.primary', { onclick: entered }, t('Come back')));
  if (!why) say(h('p', t('Chat that is entered with an SSH key.')));
  let code;
  try {
    const answer = await fetch('/login', { method: 'POST' });
    if (answer.status === 429) return again(t('too many codes were asked for: wait a minute'));
    if (!answer.ok) throw new Error(answer.status);
    code = await answer.json();
  } catch {
    return again(t('the server does not answer'));
  }
  const line = (words) => h('div.copyline', h('code', { tabindex: '0' }, words), h('button', { onclick: (e) => navigator.clipboard?.writeText(words).then(() => { e.target.textContent = t('copied'); }) }, t('Copy')));
  const left = h('p.quiet', { role: 'timer' });
  say(h('p', t('Type this where you have your key, and say yes:')), line(code.line), h('p', t('or in the chat, if you are there already:')), line(code.command),
    h('p.code', { label: t('Code') }, code.code), left, h('p.quiet', t('The code lets in this browser, once. No account here? Connect with ssh first: it says how to come in.')));
  const end = new Date(code.expires);
  const tick = () => { left.textContent = t('This code ends in %s s.', Math.max(0, Math.round((end - Date.now()) / 1000))); };
  tick();
  const timer = setInterval(tick, 1000);
  for (let pause = 0; ; await sleep(pause)) {
    let answer;
    try { answer = await fetch('/login', { cache: 'no-store' }); } catch { pause = 2000; continue; }
    pause = answer.status === 204 ? 0 : 2000;
    if (answer.ok && answer.status !== 204) {
      clearInterval(timer);
      place.hidden = true;
      return entered();
    }
    if (answer.status !== 403 && answer.status !== 410 && answer.status !== 404) continue;
    clearInterval(timer);
    return again(answer.status === 403 ? t('the person who was asked said no') : t('the code has ended'));
  }
}
