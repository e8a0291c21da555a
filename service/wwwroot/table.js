// What stands beside the picture: table, times, spikes. Rows are filled anew rather than made anew, so that the focus
// stays where it is while the camera is on.
import { colourOf } from './drawing.js';

const timingNames = { decode: 'Decoding', queue: 'Queue', inference: 'Network', total: 'Server, in all' };

/** The table: its rows stand for entries of the answer, and tell which one the reader points to. */
export class ResultTable {
  #body;
  #entries = [];
  #haveBoxes = false;
  #onPoint;
  #onPick;

  /**
   * @param body the table's tbody
   * @param onPoint told the entry under the mouse or the focus, or null
   * @param onPick told the entry that was clicked
   */
  constructor(body, onPoint, onPick) {
    this.#body = body;
    this.#onPoint = onPoint;
    this.#onPick = onPick;
    for (const [name, isIn] of [['mouseover', true], ['focusin', true], ['mouseleave', false], ['focusout', false]])
      body.addEventListener(name, (event) => this.#onPoint(isIn ? this.#entryOf(event) : null));
    body.addEventListener('click', (event) => { if (this.#haveBoxes) this.#onPick(this.#entryOf(event)); });
    body.addEventListener('keydown', (event) => this.#move(event));
  }

  show(entries, haveBoxes) {
    if (haveBoxes !== this.#haveBoxes) this.#body.replaceChildren();
    this.#haveBoxes = haveBoxes;
    this.#entries = entries;
    resize(this.#body, entries.length, () => newRow(haveBoxes));
    entries.forEach((entry, index) => fillRow(this.#body.rows[index], entry));
    // One stop of the Tab key for the whole table; the arrows go from row to row.
    const buttons = this.#buttons();
    if (!buttons.some((button) => button.tabIndex === 0) && buttons[0]) buttons[0].tabIndex = 0;
  }

  mark(marked, picked) {
    [...this.#body.rows].forEach((row, index) => {
      row.classList.toggle('marked', this.#entries[index] === marked);
      row.querySelector('button')?.setAttribute('aria-pressed', this.#entries[index] === picked);
    });
  }

  reveal(entry) {
    this.#body.rows[this.#entries.indexOf(entry)]?.scrollIntoView({ block: 'nearest' });
  }

  #entryOf(event) {
    const row = event.target.closest('tr');
    return row ? this.#entries[row.sectionRowIndex] ?? null : null;
  }

  #buttons() {
    return [...this.#body.querySelectorAll('button')];
  }

  #move(event) {
    const buttons = this.#buttons();
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || !buttons[to]) return;
    event.preventDefault();
    buttons[at].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  }
}

/** Milliseconds of each part of the way, as the server measured them, and of the whole as the browser did. */
export function showTimings(list, timings, roundTrip, framesPerSecond) {
  const parts = Object.entries(timings).map(([name, value]) => [timingNames[name] ?? name.replaceAll('_', ' '), `${value.toFixed(1)} ms`]);
  parts.push(['Round trip', `${roundTrip.toFixed(1)} ms`]);
  if (framesPerSecond) parts.push(['Frames a second', framesPerSecond.toFixed(1)]);
  resize(list, parts.length, () => {
    const part = document.createElement('div');
    part.append(document.createElement('dt'), document.createElement('dd'));
    return part;
  });
  parts.forEach(([name, value], index) => {
    const [term, description] = list.children[index].children;
    setText(term, name);
    setText(description, value);
  });
}

/** Spikes for each neuron and time step, of the whole network and of each layer. */
export function showActivity(summary, list, { mean_firing_rate: mean, energy_estimate_uj: energy, layers }) {
  summary.textContent = `A neuron fired in ${percent(mean)} of the time steps, on average`
    + (energy === undefined || energy === null ? '.' : `; the energy is estimated at ${energy.toPrecision(3)} µJ.`);
  resize(list, layers.length, () => {
    const item = document.createElement('li');
    const bar = Object.assign(document.createElement('span'), { className: 'bar' });
    item.append(document.createElement('span'), bar, document.createElement('span'));
    return item;
  });
  layers.forEach(({ name, firing_rate: rate }, index) => {
    const [label, bar, value] = list.children[index].children;
    setText(label, name);
    bar.style.setProperty('--part', rate);
    setText(value, percent(rate));
  });
}

// A row with a box can be pointed to, with the keyboard as well.
function newRow(hasBox) {
  const row = document.createElement('tr');
  const head = Object.assign(document.createElement('th'), { scope: 'row' });
  const name = document.createElement(hasBox ? 'button' : 'span');
  if (hasBox) Object.assign(name, { type: 'button', tabIndex: -1 });
  head.append(name);
  row.append(head, document.createElement('td'), document.createElement('td'));
  return row;
}

function fillRow(row, { category, category_id: id, score, bbox }) {
  const [head, amount, place] = row.cells;
  setText(head.firstChild, category);
  setText(amount, score.toFixed(3));
  amount.style.setProperty('--part', score);
  place.hidden = !bbox;
  if (!bbox) return;
  head.style.setProperty('--class', colourOf(id));
  setText(place, bbox.map((value) => value.toFixed(0)).join(', '));
}

function resize(parent, length, make) {
  while (parent.children.length > length) parent.lastElementChild.remove();
  while (parent.children.length < length) parent.append(make());
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function percent(rate) {
  return `${(100 * rate).toFixed(1)} %`;
}
