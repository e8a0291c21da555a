// The picture on the screen with what was found on it.
import { curlOf } from './api.js';
import { detectionAt, draw } from './drawing.js';
import { ResultTable, showActivity, showTimings } from './table.js';

const element = (id) => document.getElementById(id);
const canvas = element('canvas');
const stage = element('stage');
const texts = element('texts');
const threshold = element('threshold');

export class Result {
  /** { name, type, image, answer, roundTrip, address, framesPerSecond }, or null; image and answer may be missing. */
  shown = null;

  // Detections above the threshold, or predictions; the one under the mouse or the focus; the one that was clicked.
  #found = [];
  #pointed = null;
  #picked = null;
  #scale = 1;
  #table = new ResultTable(element('rows'), (entry) => this.#point(entry), (entry) => this.#pick(entry));

  constructor() {
    threshold.addEventListener('input', () => this.#filter());
    canvas.addEventListener('mousemove', (event) => this.#point(this.#under(event)));
    canvas.addEventListener('mouseleave', () => this.#point(null));
    canvas.addEventListener('click', (event) => {
      this.#pick(this.#under(event));
      this.#table.reveal(this.#picked);
    });
    texts.addEventListener('toggle', () => this.#write());
    let width = 0;
    new ResizeObserver(() => {
      if (width !== stage.clientWidth) this.#draw();
      width = stage.clientWidth;
    }).observe(stage);
    this.#filter();
  }

  show(next) {
    if (this.shown?.image !== next?.image) this.shown?.image?.close();
    this.shown = next;
    this.#pointed = this.#picked = null;
    element('result').hidden = next === null;
    this.#filter();
    if (next === null) return;
    element('no-picture').hidden = Boolean(next.image);
    element('save').hidden = !next.image;
    element('answer').hidden = !next.answer;
    if (!next.answer) return;
    showTimings(element('timings'), next.answer.timings_ms, next.roundTrip, next.framesPerSecond);
    element('spikes').hidden = !next.answer.activity;
    if (next.answer.activity) showActivity(element('spikes-summary'), element('layers'), next.answer.activity);
    this.#write();
  }

  /** What is shown, in a sentence. */
  get summary() {
    return `${this.shown.name}: ${this.#counts()}.`;
  }

  /** Who answered, and how fast. */
  get timing() {
    const { answer: { model, timings_ms: timings }, roundTrip } = this.shown;
    return `${model.name} version ${model.version} took ${timings.inference.toFixed(1)} ms, the round trip ${roundTrip.toFixed(1)} ms.`;
  }

  /** Saves the picture in its own size, with the boxes that are shown. */
  async save() {
    const { image, name, type } = this.shown;
    const whole = document.createElement('canvas');
    draw(whole, image, this.#boxes(), { scale: 1, letter: Math.max(12, Math.min(image.width, image.height) / 32) });
    const [format, ending] = type === 'image/jpeg' ? ['image/jpeg', 'jpg'] : ['image/png', 'png'];
    const file = await new Promise((resolve) => whole.toBlob(resolve, format, 0.92));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `${name.replace(/\.\w+$/, '')}-boxes.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /** Copies the text of the element curl or json; says whether the browser let it. */
  async copy(id) {
    const wasOpen = texts.open;
    texts.open = true;
    this.#write();
    getSelection().selectAllChildren(element(id));
    // Over plain HTTP a page has no clipboard, but may copy what is selected.
    const isCopied = await navigator.clipboard?.writeText(element(id).textContent).then(() => true, () => false)
      || document.execCommand('copy');
    // Where it may not, the reader can: the text stays selected.
    if (isCopied) getSelection().removeAllRanges();
    texts.open = wasOpen || !isCopied;
    return isCopied;
  }

  #filter() {
    const lowest = Number(threshold.value);
    const detections = this.shown?.answer?.detections;
    this.#found = detections?.filter(({ score }) => score >= lowest)
      ?? this.shown?.answer?.predictions.map(({ label, probability }) => ({ category: label, score: probability }))
      ?? [];
    if (!this.#found.includes(this.#picked)) this.#picked = null;
    if (!this.#found.includes(this.#pointed)) this.#pointed = null;
    element('lowest').textContent = lowest.toFixed(2);
    // Read with the slider, so that no live region has to say it again at every step.
    threshold.setAttribute('aria-valuetext', lowest.toFixed(2) + (detections ? `, ${this.#found.length} shown` : ''));
    if (!this.shown) return;
    const caption = this.shown.answer ? `${this.shown.name}: ${this.#counts()}` : this.shown.name;
    element('caption').textContent = caption;
    element('place').hidden = !detections;
    canvas.setAttribute('aria-label', caption);
    this.#table.show(this.#found, Boolean(detections));
    this.#mark();
  }

  #counts() {
    const all = this.shown.answer.detections;
    if (!all) return this.#found[0] ? `${this.#found[0].category} (${this.#found[0].score.toFixed(2)})` : 'nothing';
    const kinds = Map.groupBy(this.#found, ({ category }) => category);
    const each = [...kinds].map(([category, ones]) => `${ones.length} ${category}`).join(', ');
    return `${this.#found.length} of ${all.length} detections${each && `: ${each}`}`;
  }

  #boxes() {
    return this.#found.filter(({ bbox }) => bbox);
  }

  #under(event) {
    return detectionAt(this.#boxes(), event.offsetX / this.#scale, event.offsetY / this.#scale);
  }

  #point(entry) {
    if (this.#pointed === entry) return;
    this.#pointed = entry;
    this.#mark();
  }

  #pick(entry) {
    this.#picked = this.#picked === entry ? null : entry;
    this.#mark();
  }

  #mark() {
    this.#table.mark(this.#pointed ?? this.#picked, this.#picked);
    this.#draw();
  }

  #draw() {
    const image = this.shown?.image;
    canvas.hidden = !image;
    if (!image) return;
    // Small pictures are enlarged, large ones fit the window; lines and letters keep their size.
    const largest = Math.max(1, 384 / Math.max(image.width, image.height));
    this.#scale = Math.min(stage.clientWidth / image.width, 0.8 * innerHeight / image.height, largest);
    draw(canvas, image, this.#boxes(), {
      scale: this.#scale * devicePixelRatio,
      letter: 13 * devicePixelRatio,
      marked: this.#pointed ?? this.#picked,
    });
    canvas.style.width = `${image.width * this.#scale}px`;
  }

  #write() {
    if (!texts.open || !this.shown?.answer) return;
    element('curl').textContent = curlOf(this.shown.address, this.shown.name);
    element('json').textContent = JSON.stringify(this.shown.answer, null, 2);
  }
}
