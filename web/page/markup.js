// Formatting, by the rules of the server's package text, so that a message looks the same in a terminal. parse divides a
// text into spans {kind, text, look, …}, whose texts are together the text.
import { emoji, reserved } from './emoji.js';

const word = /[\p{L}\p{M}\p{Nd}\u200c\u200d]/u;
const plainWord = /[0-9A-Za-z]/;
const mark = /\p{M}/u;
const picture = /[\p{Emoji}]/u;
const separator = '.-_·͵׳״・';

const isWord = (c) => !!c && (c < '\x80' ? plainWord : word).test(c);
const isMark = (c) => c >= '\u0300' && mark.test(c);
const isEmoji = (c) => c >= '\xa9' && (picture.test(c) || c >= '\u{1fa70}' && c <= '\u{1faff}') || c >= '\u{1f1e6}' && c <= '\u{1f1ff}';

function isCJK(c) {
  const r = c.codePointAt(0);
  return r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe4f || r >= 0xff00 && r <= 0xffef || r >= 0x1f000 && r <= 0x3ffff;
}

// Scripts that are written without spaces between words, and Hangul, whose words take particles.
function isSpaceless(c) {
  const r = c.codePointAt(0);
  return r >= 0xe00 && (r <= 0xeff || r >= 0x1000 && r <= 0x109f || r >= 0x1780 && r <= 0x17ff || isCJK(c));
}

const touches = (c) => isWord(c) && !isSpaceless(c);
const at = (s, i) => (i < s.length ? String.fromCodePoint(s.codePointAt(i)) : '');

function before(s, i) {
  if (i <= 0) return '';
  const low = s.charCodeAt(i - 1);
  return low >= 0xdc00 && low < 0xe000 && i > 1 ? s.slice(i - 2, i) : s[i - 1];
}

// joined reports whether the end of a and the beginning of b would be one character, if they stood together.
const graphemes = new Intl.Segmenter('en');
function joined(a, b) {
  if (!a || !b || a[a.length - 1] < '\x80' && b[0] < '\x80') return false;
  const tail = a.slice(-64);
  for (const g of graphemes.segment(tail + at(b, 0))) if (g.index === tail.length) return false;
  return true;
}

// The scripts that one name may mix, beside digits and signs: "highly restrictive" of UTS #39.
const mixes = [/^[\p{sc=Latin}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]*$/u, /^[\p{sc=Latin}\p{sc=Han}\p{sc=Hangul}]*$/u, /^[\p{sc=Latin}\p{sc=Han}\p{sc=Bopomofo}]*$/u, /^\p{sc=Cyrillic}*$/u, /^\p{sc=Greek}*$/u];

// personName is the name that a mention means, as it is compared; empty where it can be nobody's.
function personName(w) {
  const n = w.normalize('NFKC').toLowerCase();
  if (!/[\p{L}\p{Nd}]/u.test(n) || [...n].length > 32 || separator.includes(n[0]) || reserved(n)) return '';
  if (/^guest-\d+$/.test(n) || /^[\x00-\x7f]*$/.test(n)) return n;
  const letters = n.replace(/[^\p{L}]|[\p{sc=Common}\p{sc=Inherited}]/gu, '');
  const mixed = /[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}]/u.test(letters);
  return !mixed || mixes.some((m) => m.test(letters)) ? n : '';
}

function roomName(w) {
  const n = w.toLowerCase().normalize('NFKC');
  return /^[\p{L}\p{Nd}\p{M}\u200c\u200d._-]+$/u.test(n) && /[\p{L}\p{Nd}]/u.test(n) && [...n].length <= 40 && !/^[._-]|[._-]$/.test(n) ? n : '';
}

// words is the run of letters, digits and separators at i, without separators at its end.
function words(s, i) {
  let end = i;
  for (let j = i, c; j < s.length; j += c.length) {
    if (j - i > 2560) return '';
    c = at(s, j);
    const sep = separator.includes(c);
    if (!sep && !isWord(c)) break;
    if (!sep) end = j + c.length;
  }
  return s.slice(i, end);
}

const urlEnd = /[\x00-\x20\p{Z}\u200e\u200f\u2066-\u2069<>"`\\|^{}“”‘’«»‹›「」『』【】《》（）、。，！？；：]/u;

// urlLength is that of the URL at i: without the punctuation after it and closing brackets that it does not open.
function urlLength(rest) {
  let n = rest.search(urlEnd);
  if (n < 0) n = rest.length;
  const opened = { ')': 0, ']': 0 }, closed = { ')': 0, ']': 0 };
  for (let i = 0; i < n; i++) {
    if (rest[i] === '(') opened[')']++;
    else if (rest[i] === '[') opened[']']++;
    else if (rest[i] in closed) closed[rest[i]]++;
  }
  for (; n > 0; n--) {
    const c = rest[n - 1];
    if (c in closed && closed[c] > opened[c]) closed[c]--;
    else if (!".,;:!?'*_~".includes(c)) break;
  }
  return n;
}

// target is where a link leads and what is shown of it; null for what hides its host or has none.
function target(u) {
  const [, scheme, host, port, rest] = /^(https?:\/\/)((?:\[[^\]/?#]*\])|[^/?#:]*)(:[^/?#]*)?(.*)$/i.exec(u) || [];
  if (!host || port && !/^:\d{1,5}$/.test(port)) return null;
  let ascii = host;
  if (/[^\x00-\x7f]/.test(host)) {
    if (/[^a-z0-9.\x80-\u{10ffff}-]|(?:^|\.)-|-(?:\.|$)/iu.test(host)) return null;
    try { ascii = new URL('http://' + host).hostname; } catch { return null; }
  }
  if (host[0] === '[') {
    try { new URL('http://' + host); } catch { return null; }
  } else if (!/^(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?$/.test(ascii) || ascii.length > 253) return null;
  const url = scheme + ascii + (port || '') + rest.replace(/[^\x00-\x7f]+/g, (c) => encodeURIComponent(c));
  return { url, shown: ascii === host ? '' : url };
}

function mailTarget(u) {
  const ok = /^mailto:[^@?]+@([^@?]+)(\?.*)?$/i.exec(u);
  return ok && !/[^\x21-\x7e]/.test(u) && ok[1].includes('.') && /^(?:[A-Za-z0-9_-]{1,63}\.)+[A-Za-z0-9_-]{1,63}$/.test(ok[1]) ? { url: u, shown: '' } : null;
}

function quoteLength(s) {
  let n = 0, run = 0, levels = 0;
  while (s[n] === '>') {
    n++, run++, levels++;
    if (run > 2 || levels > 5) return 0;
    if (s[n] === ' ') n++, run = 0;
  }
  const next = at(s, n);
  if (!n || run && !isWord(next) || isMark(next)) return 0;
  return /^ *(?:\n|$)/.test(s.slice(n)) ? 0 : n;
}

function itemLength(s) {
  const m = /^ {0,12}(?:\d{1,3}[.)]|[-*]) {1,4}(?=[^ \n])/.exec(s);
  return m && !isMark(at(s, m[0].length)) ? m[0].length : 0;
}

const lookOf = { '*1': 'b', '*2': 'b', '*3': 'bi', _1: 'i', '~1': 's', '~2': 's' };

// parse walks through a text: s.slice(0, from) is in spans, what follows up to pos is plain so far.
export function parse(s) {
  const spans = [], unclosed = new Set(); // lengths of runs of backquotes that nothing closes
  let from = 0, pos = 0, open = [];
  let line = 0, begin = 0, marks = 0, quoted = false; // of the line that pos is in: its first span, where its text begins
  let seen = 0, solid = -1; // how far s was searched for letters, digits and emoji, which can be emphasised, and where the last one is

  function run() {
    startLine();
    while (pos < s.length) {
      switch (s[pos]) {
        case '`': code(); break;
        case '*': case '_': case '~': emphasis(s[pos]); break;
        case ':': colon(); break;
        case '@': mention(); break;
        case '#': room(); break;
        case '\n':
          endLine();
          pos++;
          startLine();
          break;
        default: pos++;
      }
    }
    endLine();
    flush(s.length);
    return spans;
  }

  function flush(to) {
    if (to > from) spans.push({ kind: 'plain', look: '', text: s.slice(from, to) });
    from = Math.max(from, to);
  }

  function add(span) {
    flush(pos);
    spans.push({ look: '', ...span });
    pos += span.text.length;
    from = pos;
  }

  function follows(kind, pos) {
    return from === pos && spans.length > line && spans[spans.length - 1].kind === kind;
  }

  // atStart reports whether no word goes on at pos.
  function atStart(pos) {
    const c = before(s, pos);
    if (!c) return true;
    if (c >= '\x80') return !isWord(c) || isCJK(c);
    return !isWord(c) && !'@#&./-_~'.includes(c) || (c === '_' || c === '~') && follows('mark', pos);
  }

  function startLine() {
    line = spans.length, quoted = false, begin = pos;
    if (!(s[pos] <= '>')) return;
    const rest = () => s.slice(pos, pos + 100);
    let n = quoteLength(rest());
    if (n) quoted = true, add({ kind: 'quoted', text: s.slice(pos, pos + n) });
    n = itemLength(rest());
    if (n) add({ kind: 'item', text: s.slice(pos, pos + n) });
    begin = pos;
  }

  function mention() {
    if (!atStart(pos)) return void pos++;
    const w = words(s, pos + 1), name = personName(w);
    if (name) add({ kind: 'mention', text: '@' + w, name });
    else pos += 1 + w.length;
  }

  function room() {
    if (!atStart(pos)) return void pos++;
    const w = words(s, pos + 1), room = roomName(w);
    if (!room) return void (pos += 1 + w.length);
    const ref = /^:([1-9]\d{0,18})/.exec(s.slice(pos + 1 + w.length, pos + 22 + w.length));
    const next = ref && s.slice(pos + 1 + w.length + ref[0].length);
    const c = next && at(next, 0);
    if (!ref || c && isWord(c) && !isCJK(c) || /^:\d/.test(next)) add({ kind: 'room', text: '#' + w, room });
    else add({ kind: 'ref', text: '#' + w + ref[0], room, seq: +ref[1] });
  }

  function colon() {
    const scheme = /(https?|mailto)$/i.exec(s.slice(Math.max(from, pos - 6), pos));
    if (scheme) {
      const mail = scheme[1].length === 6, start = pos - scheme[1].length;
      if ((mail || s.startsWith('//', pos + 1)) && atStart(start)) return link(start, mail);
    }
    const name = /^:([0-9A-Za-z_+-]{1,64}):/.exec(s.slice(pos, pos + 66));
    const glyph = name && emoji(name[1]);
    if (glyph && apart(name[0].length)) {
      add({ kind: 'picture', text: name[0], shown: glyph });
      marks++;
    } else pos++;
  }

  // apart reports whether no word touches the n characters at pos: 10:100:20 is no emoji.
  function apart(n) {
    const a = before(s, pos), b = at(s, pos + n);
    return (!a || a === ':' && follows('picture', pos) || a !== ':' && !touches(a)) && !(b && touches(b));
  }

  function link(start, mail) {
    const colon = pos, rest = s.slice(start, start + 2100);
    const n = urlLength(rest), text = rest.slice(0, n);
    const to = n > colon - start + 1 && n <= 2000 && (mail ? mailTarget(text) : target(text));
    pos = start;
    if (to && to.url.length <= 2000) return add({ kind: 'url', text, ...to });
    pos = Math.max(start + urlLength(s.slice(start)), colon + 1);
  }

  function code() {
    const run = /^`+/.exec(s.slice(pos))[0].length, start = pos + run;
    if (isMark(at(s, start))) return void (pos = start);
    let end = s.length;
    if (run < 3 || quoted) {
      end = s.indexOf('\n', start);
      if (end < 0) end = s.length;
    } else if (unclosed.has(run)) return void (pos = start);
    for (let i = start; ;) {
      i = s.indexOf('`', i);
      if (i < 0 || i >= end) break;
      let n = 1;
      while (s[i + n] === '`') n++;
      if (n === run && i > start && !isMark(at(s, i + n))) return enclosed(run, s.slice(start, i));
      i += n;
    }
    if (run >= 3 && !quoted) unclosed.add(run);
    pos = start;
  }

  function enclosed(run, code) {
    if (!code.includes('\n')) return add({ kind: 'code', text: s.slice(pos, pos + 2 * run + code.length) });
    const first = code.slice(0, code.indexOf('\n'));
    let lang = first.replace(/^ +|(?<! ) +$/g, ''), head = 0;
    if (lang.length <= 24 && /^[\w+#.-]*$/.test(lang)) head = first.length + 1;
    else lang = '';
    let lines = code.slice(head).replace(/(?<! ) +$/, ''); // without the look behind, each run of spaces would be read once for each of them
    if (!lines || lines.endsWith('\n')) lines = lines.replace(/\n$/, '');
    else lines = code.slice(head);
    if (/^[ \n]*$/.test(lines)) return void (pos += 2 * run + code.length);
    endLine();
    const end = pos + 2 * run + code.length;
    add({ kind: 'fence', text: s.slice(pos, pos + run + head) });
    add({ kind: 'block', text: lines, lang: lang.toLowerCase() });
    add({ kind: 'fence', text: s.slice(pos, end) });
    line = spans.length;
    begin = pos;
  }

  function emphasis(c) {
    let n = 1;
    while (s[pos + n] === c) n++;
    const look = lookOf[c + n], e = c + n, a = before(s, pos), b = at(s, pos + n);
    if (look && open.some((o) => o.e === e) && mayEnd(e, a, b)) return close(e, n, look);
    if (!look || !mayBegin(e, a, b)) return void (pos += n);
    flush(pos);
    open.push({ e, c, span: spans.length, end: pos + n });
    marks++;
    add({ kind: 'mark', text: s.slice(pos, pos + n) });
  }

  function mayBegin(e, a, b) {
    if (!b || b === ' ' || b === '\n') return false;
    if (pos !== begin) {
      if (a < '\x80') {
        if (!" ([{\"'<>,;:!?|-`".includes(a) && !follows('mark', pos)) return false;
      } else if (touches(a) || isWord(a) && e === '~1') return false;
    }
    for (let i = 1; i < 8 && (b === '*' || b === '_' || b === '~'); i++) b = at(s, pos + i);
    if (!b) return false;
    if (b < '\x80') return isWord(b) && (e !== '~1' || /[A-Za-z]/.test(b)) || "@#:\"'([{$+`".includes(b);
    return /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Nd}\p{Ps}]/u.test(b) || isEmoji(b);
  }

  function mayEnd(e, a, b) {
    if (a === ' ' || a === '\n') return false;
    if (!b || b === '\n') return true;
    if (b < '\x80') return " )]}\"'<>,.;:!?|-`".includes(b) || '*_~'.includes(b) && open.some((o) => o.c === b);
    return !touches(b) && !(isWord(b) && e === '~1');
  }

  function close(e, n, look) {
    let i = open.length - 1;
    while (open[i].e !== e) i--;
    const o = open[i];
    const face = s[o.end - n - 1] === '(' && s[pos + n] === ')' && at(s, o.end).length === pos - o.end;
    for (let c; seen < pos; seen += c.length) {
      c = at(s, seen);
      if (isWord(c) || isEmoji(c)) solid = seen;
    }
    if (face || solid < o.end) return void (pos += n);
    open.length = i;
    Object.assign(spans[o.span], { pair: 1, look });
    marks++;
    add({ kind: 'mark', text: s.slice(pos, pos + n), look, pair: -1 });
  }

  // endLine decides what the marks of a line are: what marks nothing is plain, and so is what cannot be hidden.
  function endLine() {
    open = [];
    if (!marks) return;
    marks = 0;
    flush(pos);
    const was = spans.splice(line), out = [], on = { b: 0, i: 0, s: 0 };
    let last = '';
    const looks = (own = '') => [...'bis'].filter((l) => on[l] || own.includes(l)).join('');
    const put = (span) => {
      last = span.shown || span.text;
      const end = out[out.length - 1];
      if (end && span.kind === 'plain' && end.kind === 'plain' && end.look === span.look) end.text += span.text;
      else out.push(span);
    };
    for (let i = 0; i < was.length; i++) {
      const m = was[i];
      if (m.pair) { // of a mark
        let j = i;
        while (was[j]?.pair) j++;
        const hide = j === was.length || !joined(last, was[j].shown || was[j].text);
        for (; i < j; i++) {
          const { look, pair } = was[i];
          for (const l of look) on[l] += pair;
          const now = looks(look);
          if (hide) out.push({ kind: 'mark', text: was[i].text, look: now });
          else put({ kind: 'plain', text: was[i].text, look: now });
        }
        i--;
        continue;
      }
      const next = m.kind === 'picture' && was.slice(i + 1).find((x) => !x.pair);
      if (m.kind === 'mark' || m.kind === 'picture' && (joined(last, m.shown) || next && joined(m.shown, next.shown || next.text))) put({ kind: 'plain', text: m.text, look: looks() });
      else put({ ...m, look: looks() });
    }
    spans.push(...out);
    const end = spans[spans.length - 1];
    if (spans.length > line && end.kind === 'plain' && !end.look) from -= spans.pop().text.length; // what follows may be plain too
  }

  return run();
}
