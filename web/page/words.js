// What the page says. English sentences are the keys, as in the server; ja.json has their counterparts.
import { app, data } from './app.js';

let catalogue = {};
let forms = {};

// speak changes the language, the time zone and the form of times to what the person has set.
export async function speak(lang) {
  const tag = (lang || navigator.language || 'en').toLowerCase().startsWith('ja') ? 'ja' : 'en';
  catalogue = tag === 'ja' ? await data('ja') : {};
  document.documentElement.lang = tag;
  forms = {};
}

// t is a sentence in the person's language, with %s, or %1$s where the order differs, replaced by args.
export function t(sentence, ...args) {
  let i = 0;
  return (catalogue[sentence] || sentence).replace(/%(?:(\d)\$)?s/g, (_, n) => String(args[n ? n - 1 : i++]));
}

// count is t of one sentence for one thing and of another for several.
export const count = (n, one, many) => t(n === 1 ? one : many, n);

// list is "ana, bo and kei".
export const list = (words) => (words.length < 2 ? words.join('') : t('%s and %s', words.slice(0, -1).join(t(', ')), words[words.length - 1]));

function form(what, options) {
  if (forms[what]) return forms[what];
  const lang = document.documentElement.lang === 'ja' ? 'ja' : 'en-GB';
  const zone = app.settings.zone || undefined;
  try {
    return (forms[what] = new Intl.DateTimeFormat(lang, { ...options, timeZone: zone }));
  } catch { // a zone that this browser does not know
    return (forms[what] = new Intl.DateTimeFormat(lang, options));
  }
}

export const clock = (time) => form('clock', { hour: app.settings.time === '12h' ? 'numeric' : '2-digit', minute: '2-digit', hourCycle: app.settings.time === '12h' ? 'h12' : 'h23' }).format(new Date(time));
export const moment = (time) => form('moment', { dateStyle: 'full', timeStyle: 'short' }).format(new Date(time));
export const date = (time) => form('date', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(time));

// day is what stands above the first message of a day.
export function day(time) {
  const now = Date.now();
  if (date(time) === date(now)) return t('Today');
  if (date(time) === date(now - 864e5)) return t('Yesterday');
  const year = form('year', { year: 'numeric' });
  const same = year.format(new Date(time)) === year.format(now);
  return form(same ? 'day' : 'old', { weekday: 'long', day: 'numeric', month: 'long', year: same ? undefined : 'numeric' }).format(new Date(time));
}

// when is a time beside something that is not in the order of time.
export const when = (time) => (date(time) === date(Date.now()) ? clock(time) : date(time) + ' ' + clock(time));

export function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let n = 0;
  for (; bytes >= 1024 && n < 3; n++) bytes /= 1024;
  return (n && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)) + ' ' + units[n];
}

// hold is a duration of a property, 90s or 720h0m0s, as people write it.
export function hold(words) {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(words) || [];
  const s = (hours || 0) * 3600 + (minutes || 0) * 60 + +(seconds || 0);
  for (const [every, unit] of [[86400, 'd'], [3600, 'h'], [60, 'm']]) if (s >= every && s % every === 0) return s / every + unit;
  return s + 's';
}
