// Help: the keys of the page, and the commands of the server.
import { ask, data } from './app.js';
import { actions } from './actions.js';
import { h, modal, button } from './dom.js';
import { t } from './words.js';

// The keys that the page knows, as people read them. help.json has the groups, so that they are no script.
export async function help() {
  const groups = await data('help');
  const row = (keys, words) => h('tr', h('th', { scope: 'row' }, keys.split(', ').map((k) => [h('kbd', t(k)), ' '])), h('td', words));
  const table = (title, rows) => h('section', h('h3', title), h('table', h('tbody', rows)));
  const commands = h('section', h('h3', t('Commands')));
  const el = modal('help', t('Help'), h('header', h('h2', t('Help')), button('close', t('Close'), () => el.close())),
    h('div.scroll', { tabindex: '0' }, h('div.columns', groups.map((g) => table(t(g.title), g.keys.map(([k, w]) => row(k, t(w))))), table(t('On a message'), actions.map((a) => row(a.key, t(a.words))))), commands));
  const a = await ask({ command: 'help', args: 'all' }).catch(() => null);
  commands.append(h('pre', (a?.lines || [t('there is no connection: nothing was done, try again in a moment')]).join('\n')));
}
