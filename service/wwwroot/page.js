const element = (id) => document.getElementById(id);
const drop = element('drop');
const picture = element('picture');
const model = element('model');
const threshold = element('threshold');

// The answer to the last picture: the threshold then needs no further request.
let shown = null;
let newest = 0;

start();

async function start() {
  threshold.addEventListener('input', show);
  model.addEventListener('change', send);
  picture.addEventListener('change', send);
  for (const name of ['dragenter', 'dragover'])
    addEventListener(name, (event) => { event.preventDefault(); drop.classList.add('over'); });
  for (const name of ['dragleave', 'drop'])
    addEventListener(name, () => drop.classList.remove('over'));
  addEventListener('drop', (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    picture.files = event.dataTransfer.files;
    send();
  });
  element('form').addEventListener('submit', (event) => event.preventDefault());
  show();
  await attempt(listModels);
}

async function listModels() {
  const { models, message } = await request('models');
  const ready = models.filter((entry) => entry.status === 'ready');
  // A choice of nothing is no choice; a default stands first.
  ready.sort((a, b) => (b.task === 'detection') - (a.task === 'detection') || b.default - a.default);
  model.replaceChildren(...ready.map((entry) => {
    const option = new Option(`${entry.name} (${entry.task})`, entry.name);
    option.dataset.task = entry.task;
    option.dataset.input = entry.input.kind;
    return option;
  }));
  if (message) throw new Error(message);
}

async function send() {
  const file = picture.files[0];
  if (!file) return;
  const turn = ++newest;
  await attempt(async () => {
    element('status').textContent = `Looking at ${file.name} …`;
    const option = model.selectedOptions[0];
    const route = option?.dataset.task === 'classification' ? 'classify' : 'detect';
    const query = option ? `?model=${encodeURIComponent(option.value)}` : '';
    const body = new FormData();
    body.append('image', file);
    // The server first: it says better than the browser what is wrong with a picture.
    const answer = await request(route + query, { method: 'POST', headers: { Accept: 'application/json' }, body });
    const image = option?.dataset.input === 'events' ? null : await createImageBitmap(file, { imageOrientation: 'from-image' });
    // An older answer that comes late must not stand under a newer picture.
    if (turn !== newest) return;
    shown = { answer, image, name: file.name };
    show();
  });
}

async function attempt(work) {
  const problem = element('problem');
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    element('status').textContent = '';
    element('result').hidden = true;
    shown = null;
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

async function request(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Error('The server does not answer. Is it still running?');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? `The server answered ${response.status}.`);
  return answer;
}

function show() {
  const lowest = Number(threshold.value);
  element('threshold-value').textContent = lowest.toFixed(2);
  if (!shown) return;
  const { answer, image, name } = shown;
  const found = answer.detections
    ? answer.detections.filter((detection) => detection.score >= lowest)
    : answer.predictions.map(({ label, probability }) => ({ category: label, score: probability }));
  element('canvas').hidden = image === null;
  if (image !== null) draw(image, found.filter((entry) => entry.bbox));
  element('rows').replaceChildren(...found.map(row));
  element('caption').textContent = `${name}, ${answer.image.width} × ${answer.image.height} pixels: `
    + (answer.detections ? `${found.length} of ${answer.detections.length} detections` : `${found.length} most probable classes`);
  element('canvas').setAttribute('aria-label', `${name} with ${found.length} results, listed in the table below`);
  element('status').textContent =
    `${answer.model.name} version ${answer.model.version}: ${answer.timings_ms.inference.toFixed(1)} ms in the network, `
    + `${answer.timings_ms.total.toFixed(1)} ms in all.`;
  element('result').hidden = false;
}

function draw(image, detections) {
  const canvas = element('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const size = Math.max(11, Math.min(image.width, image.height) / 32);
  context.font = `${size}px system-ui, sans-serif`;
  context.textBaseline = 'top';
  context.lineWidth = Math.max(1.5, size / 7);
  // The surest last, so that it lies on top.
  for (const { bbox: [x, y, width, height], category, category_id: id, score } of [...detections].reverse()) {
    const text = `${category} ${score.toFixed(2)}`;
    context.strokeStyle = context.fillStyle = `hsl(${(id * 137.5) % 360} 75% 34%)`;
    context.strokeRect(x, y, width, height);
    const textWidth = context.measureText(text).width + size / 2;
    const left = Math.max(0, Math.min(x, image.width - textWidth));
    const top = Math.max(0, y - size * 1.3);
    context.fillRect(left, top, textWidth, size * 1.3);
    context.fillStyle = '#fff';
    context.fillText(text, left + size / 4, top + size * 0.15);
  }
}

function row({ category, score, bbox }) {
  const cells = [category, score.toFixed(3), bbox ? bbox.map((value) => value.toFixed(0)).join(', ') : ''];
  const line = document.createElement('tr');
  line.append(...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
  return line;
}
