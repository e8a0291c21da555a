// What the page asks of the server. Addresses are relative to the page, so that it works behind a path of a proxy, too.
const keyStorage = 'api-key';
const attempts = 5;

/** An error in the server's own words. */
export class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Sends this key with every request, until the tab is closed. */
export function useKey(key) {
  sessionStorage.setItem(keyStorage, key);
}

/** The models, and what is missing where none can be used. */
export async function listModels() {
  return (await ask('models')).answer;
}

/** The address that lets a model look at a picture. */
export function addressOf(model, activity) {
  if (!model) return 'detect';
  const query = new URLSearchParams({ model: model.name });
  if (activity) query.set('activity', 'true');
  return `${model.task === 'classification' ? 'classify' : 'detect'}?${query}`;
}

/** The server's answer to a picture, and how long the browser waited for it in milliseconds. */
export function look(address, file, name, signal) {
  const body = new FormData();
  body.append('image', file, name);
  return ask(address, { method: 'POST', body, signal });
}

/** The same request for a terminal; the key is named, not shown. */
export function curlOf(address, name) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const file = /^[\w.-]+$/.test(name) ? `image=@${name}` : quoted(`image=@"${name.replace(/["\\]/g, '\\$&')}"`);
  const key = sessionStorage.getItem(keyStorage) === null ? '' : ' -H "X-API-Key: $API_KEY"';
  return `curl${key} -F ${file} ${quoted(new URL(address, document.baseURI).href)}`;
}

async function ask(address, options = {}) {
  for (let attempt = 1; ; attempt++) {
    const start = performance.now();
    const response = await send(address, options);
    const answer = await read(response, options.signal);
    if (response.ok && answer) return { answer, roundTrip: performance.now() - start };
    const isFull = response.status === 429 || response.status === 503;
    if (!isFull || attempt === attempts)
      throw new Problem(answer?.detail ?? `The server answered ${response.status}, without saying more.`, response.status);
    await pause(Math.min(10, Number(response.headers.get('Retry-After')) || 1), options.signal);
  }
}

async function send(address, options) {
  const headers = { Accept: 'application/json' };
  const key = sessionStorage.getItem(keyStorage);
  if (key !== null) headers['X-API-Key'] = key;
  try {
    return await fetch(address, { ...options, headers });
  } catch {
    options.signal?.throwIfAborted();
    const file = options.body?.get('image');
    if (file && !(await isReadable(file))) throw new Problem('The browser cannot read this file; is it a folder, or was it moved?');
    throw new Problem('The server does not answer. Is it still running?');
  }
}

async function read(response, signal) {
  try {
    return await response.json();
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

function isReadable(file) {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); });
  });
}
