// The chosen pictures: asked one after the other, listed where there are several, one of them shown.
const waiting = 'waiting', asking = 'asking …', done = 'done', failed = 'failed';

export class Pictures {
  #list;
  #look;
  #onChange;
  #items = [];
  #work = Promise.resolve();
  #isWorking = false;
  #isPaused = false;
  #abort = null;

  /** The picture that is shown, or null. */
  current = null;

  /**
   * @param list the ul that shows them
   * @param look asks the server: (file, name, signal) to what is then kept with the picture
   * @param onChange called when the current picture is another, or has got its answer or an error
   */
  constructor(list, look, onChange) {
    this.#list = list;
    this.#look = look;
    this.#onChange = onChange;
  }

  get length() {
    return this.#items.length;
  }

  /** Adds files behind those that are there and shows the first of them. */
  add(files) {
    const items = [...files].map((file) => ({ file, name: file.name, state: waiting }));
    if (items.length === 0) return;
    for (const item of items) this.#list.append(this.#entry(item));
    this.#items.push(...items);
    this.show(items[0]);
  }

  show(item) {
    this.current = item;
    this.#render();
    this.#onChange();
    this.resume();
  }

  clear() {
    this.#abort?.abort();
    for (const item of this.#items) URL.revokeObjectURL(item.address);
    this.#items = [];
    this.#list.replaceChildren();
    this.current = null;
    this.#onChange();
  }

  /** Forgets the answers and asks for all of them again: another model, another question. */
  askAgain() {
    this.#abort?.abort();
    for (const item of this.#items) item.state = waiting;
    this.#render();
    if (!this.#isPaused) this.resume();
  }

  /** Asks for no more pictures; done when none is on its way. */
  pause() {
    this.#isPaused = true;
    return this.#work;
  }

  resume() {
    this.#isPaused = false;
    if (!this.#isWorking) this.#work = this.#askAll();
  }

  async #askAll() {
    this.#isWorking = true;
    for (let item = this.#next(); item && !this.#isPaused; item = this.#next()) await this.#ask(item);
    this.#isWorking = false;
  }

  /** What is looked at comes first. */
  #next() {
    return this.current?.state === waiting ? this.current : this.#items.find((item) => item.state === waiting);
  }

  async #ask(item) {
    const { signal } = this.#abort = new AbortController();
    this.#become(item, asking, { seen: null, problem: null });
    try {
      const seen = await this.#look(item.file, item.name, signal);
      if (!signal.aborted) this.#become(item, done, { seen });
    } catch (error) {
      if (signal.aborted) return;
      // Without a key the others would fail, too: they wait for one.
      if (error.status === 401) {
        this.#isPaused = true;
        this.#become(item, waiting, { problem: error });
      } else {
        this.#become(item, failed, { problem: error });
      }
    }
  }

  #become(item, state, more) {
    Object.assign(item, { state }, more);
    this.#render();
    if (item === this.current) this.#onChange();
  }

  #entry(item) {
    item.address = URL.createObjectURL(item.file);
    const button = Object.assign(document.createElement('button'), { type: 'button' });
    button.append(
      Object.assign(document.createElement('img'), { src: item.address, alt: '', loading: 'lazy', decoding: 'async' }),
      Object.assign(document.createElement('span'), { className: 'name', textContent: item.name }),
      Object.assign(document.createElement('span'), { className: 'hint' }));
    // Recordings are no pictures.
    button.firstChild.addEventListener('error', () => { button.firstChild.style.visibility = 'hidden'; });
    button.addEventListener('click', () => this.show(item));
    item.button = button;
    const entry = document.createElement('li');
    entry.append(button);
    return entry;
  }

  #render() {
    for (const item of this.#items) {
      item.button.setAttribute('aria-current', item === this.current);
      item.button.lastChild.textContent = item.state === done ? outcome(item.seen.answer) : item.state;
      item.button.classList.toggle('failed', item.state === failed);
    }
  }
}

/** The surest thing that was found. */
function outcome({ detections, predictions }) {
  if (detections) return detections[0] ? `${detections[0].category} ${detections[0].score.toFixed(2)}` : 'nothing';
  return predictions[0] ? `${predictions[0].label} ${predictions[0].probability.toFixed(2)}` : 'nothing';
}
