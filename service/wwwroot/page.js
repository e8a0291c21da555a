import { addressOf, listModels, look, useKey } from './api.js';
import { Camera } from './camera.js';
import { takeDroppedAndPasted } from './incoming.js';
import { Pictures } from './pictures.js';
import { Result } from './result.js';

const element = (id) => document.getElementById(id);
const model = element('model');

const bccd = 'From the BCCD data set, © 2017 shenggan, MIT licence';

// Pictures that come with the service, for models that know what is on them.
const samples = [
  { file: 'samples/BloodImage_00014.jpg', name: 'Blood cells 1', knows: 'RBC', source: bccd },
  { file: 'samples/BloodImage_00055.jpg', name: 'Blood cells 2', knows: 'RBC', source: bccd },
  { file: 'samples/cifar10-ship.jpg', name: 'Ship', knows: 'ship', source: 'From the CIFAR-10 data set, A. Krizhevsky 2009' },
];

const result = new Result();
const pictures = new Pictures(element('pictures'), lookAt, showCurrent);
let models = [];
let camera = null;

element('files').addEventListener('change', ({ target }) => {
  addPictures([...target.files]);
  // The same file may be chosen again.
  target.value = '';
});
takeDroppedAndPasted(addPictures);
element('pictures').addEventListener('click', stopCamera, { capture: true });
element('clear').addEventListener('click', () => {
  pictures.clear();
  element('files').focus();
});
element('camera').addEventListener('click', () => (camera ? stopCamera() : runCamera()));
document.addEventListener('visibilitychange', () => { if (document.hidden) stopCamera(); });
navigator.mediaDevices?.addEventListener('devicechange', offerCamera);
model.addEventListener('change', () => {
  showModel();
  pictures.askAgain();
});
element('activity').addEventListener('change', () => pictures.askAgain());
element('save').addEventListener('click', () => result.save());
for (const id of ['json', 'curl'])
  element(`copy-${id}`).addEventListener('click', async () =>
    showStatus(await result.copy(id) ? 'Copied.' : 'The browser does not let this page copy; the text is selected.'));
element('key-form').addEventListener('submit', takeKey);
loadModels();

// ---- Models

async function loadModels() {
  try {
    const list = await listModels();
    const chosen = model.value;
    models = list.models.filter((entry) => entry.status === 'ready');
    // A choice of nothing is no choice; a default stands first.
    models.sort((a, b) => (b.task === 'detection') - (a.task === 'detection') || b.default - a.default);
    model.replaceChildren(...models.map((entry) => new Option(`${entry.name} (${entry.task})`, entry.name)));
    if (models.some((entry) => entry.name === chosen)) model.value = chosen;
    showModel();
    showProblem(models.length === 0 ? new Error(list.message ?? 'This server has no model.') : null);
    if (list.models.some((entry) => entry.status === 'loading')) setTimeout(loadModels, 1000);
  } catch (error) {
    showProblem(error);
  }
}

function chosenModel() {
  return models[model.selectedIndex];
}

function showModel() {
  const chosen = chosenModel();
  element('about').textContent = chosen ? describe(chosen) : '';
  element('choose').textContent = chosen?.input.kind === 'events' ? 'Choose recordings' : 'Choose pictures';
  element('threshold-row').hidden = chosen?.task === 'classification';
  element('activity-row').hidden = !chosen?.activity;
  const known = chosen?.labels ?? chosen?.categories?.map(({ name }) => name) ?? [];
  const fitting = samples.filter(({ knows }) => known.includes(knows));
  element('samples').replaceChildren(...(fitting.length > 0 ? ['Or try one of these: ', ...fitting.map(sampleButton)] : []));
  element('samples').hidden = fitting.length === 0;
  offerCamera();
}

function describe({ input, precision, device, time_steps: steps, categories, labels }) {
  const classes = (categories ?? labels).length;
  return `Sees ${input.width} × ${input.height} pixels${input.kind === 'events' ? ' of events' : ''} in ${steps} time steps, `
    + `knows ${classes} ${classes === 1 ? 'class' : 'classes'}, runs in ${precision} on ${device}.`;
}

function sampleButton({ file, name, source }) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'sample', title: source });
  button.append(Object.assign(document.createElement('img'), { src: file, alt: '', width: 64, height: 48 }), name);
  button.addEventListener('click', async () => {
    const content = await fetch(file).then((response) => response.blob(), () => null);
    if (content) addPictures([new File([content], file.split('/').pop(), { type: content.type })]);
    else showProblem(new Error('The server does not answer. Is it still running?'));
  });
  return button;
}

async function lookAt(file, name, signal) {
  const chosen = chosenModel();
  const address = addressOf(chosen, chosen?.activity && element('activity').checked);
  return { ...await look(address, file, name, signal), address };
}

// ---- Pictures

function addPictures(files) {
  stopCamera();
  pictures.add(files);
}

async function showCurrent() {
  element('list').hidden = pictures.length < 2;
  const item = pictures.current;
  if (item === null) {
    result.show(null);
    showProblem(null);
    showStatus('');
    return;
  }

  const isShown = () => result.shown?.item === item;
  const image = isShown() ? result.shown.image : await createImageBitmap(item.file).catch(() => null);
  if (item !== pictures.current || camera) return;
  const isAsked = !item.seen && !item.problem;
  // An older answer to the same picture stays until the new one is there.
  if (!isAsked || !isShown()) result.show({ item, name: item.name, type: item.file.type, image, ...item.seen });
  showProblem(item.problem);
  if (isAsked) showStatus(`Looking at ${item.name} …`);
  if (item.seen) showStatus(result.timing, result.summary);
}

// ---- Camera

async function offerCamera() {
  const isWelcome = chosenModel() && chosenModel().input.kind !== 'events';
  element('camera').hidden = !camera && !(isWelcome && await Camera.isThere());
}

async function runCamera() {
  const running = camera = new Camera();
  element('camera').textContent = 'Stop the camera';
  showProblem(null);
  try {
    await Promise.all([running.open(), pictures.pause()]);
    showStatus('The camera is on; what is found changes with every frame. Stop it to have the last one read out.');
    await showFrames(running);
    stopCamera();
  } catch (error) {
    // What went wrong because the camera was stopped is not wrong.
    if (camera !== running) return;
    stopCamera();
    showProblem(error);
  }
}

/** One request at a time: a frame is taken when the answer to the one before it is there. */
async function showFrames(running) {
  let last = null;
  let interval = null;
  for (let frame; (frame = await running.frame()) !== null;) {
    const seen = await lookAt(frame.file, 'camera.jpg', running.signal);
    const now = performance.now();
    if (last !== null) interval = interval === null ? now - last : 0.9 * interval + 0.1 * (now - last);
    last = now;
    result.show({ name: 'camera.jpg', type: 'image/jpeg', image: frame.image, framesPerSecond: interval && 1000 / interval, ...seen });
  }
}

function stopCamera() {
  if (camera === null) return;
  camera.close();
  camera = null;
  element('camera').textContent = 'Use the camera';
  showStatus('The camera is off.', result.shown?.answer ? result.summary : '');
  pictures.resume();
  offerCamera();
}

// ---- Words

/** Tells what has happened; screen readers read what others see beside the picture before it. */
function showStatus(text, heard = '') {
  element('heard').textContent = heard;
  element('said').textContent = text;
}

function showProblem(problem) {
  element('problem').textContent = problem?.message ?? '';
  if (!problem) return;
  showStatus('');
  if (problem.status !== 401) return;
  element('key-form').hidden = false;
  element('key').focus();
}

async function takeKey(event) {
  event.preventDefault();
  useKey(element('key').value.trim());
  element('key').value = '';
  element('key-form').hidden = true;
  element('files').focus();
  await loadModels();
  pictures.resume();
}
