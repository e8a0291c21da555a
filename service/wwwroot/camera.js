// Frames of the camera, one after the other.
const reasons = {
  NotAllowedError: 'The browser may not use the camera. Allow it beside the address, and try again.',
  NotFoundError: 'There is no camera.',
  NotReadableError: 'The camera cannot be read; another program may be using it.',
};

export class Camera {
  #video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  #canvas = document.createElement('canvas');
  #lastTime = -1;
  #closing = new AbortController();

  /** Aborted when the camera is closed. */
  signal = this.#closing.signal;

  /** Whether there is one that the browser lets this page ask for; over plain HTTP only localhost may. */
  static async isThere() {
    const devices = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
    return devices.some((device) => device.kind === 'videoinput');
  }

  async open() {
    try {
      this.#video.srcObject = await navigator.mediaDevices.getUserMedia(
        { video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'environment' } });
    } catch (error) {
      throw new Error(reasons[error.name] ?? `The camera cannot be used: ${error.message}`);
    }
    // It may have been closed while the browser asked for permission.
    if (this.signal.aborted) this.close();
    else await this.#video.play();
  }

  /** Whether it still gives frames; false once closed or unplugged. */
  get isOpen() {
    return this.#video.srcObject?.active ?? false;
  }

  close() {
    for (const track of this.#video.srcObject?.getTracks() ?? []) track.stop();
    this.#video.srcObject = null;
    this.#closing.abort();
  }

  /** The next frame that was not taken yet: as a picture to show and as a file to send; null once the camera is closed. */
  async frame() {
    while (this.isOpen && this.#video.currentTime === this.#lastTime) await new Promise(requestAnimationFrame);
    if (!this.isOpen) return null;
    this.#lastTime = this.#video.currentTime;
    this.#canvas.width = this.#video.videoWidth;
    this.#canvas.height = this.#video.videoHeight;
    this.#canvas.getContext('2d').drawImage(this.#video, 0, 0);
    const file = await new Promise((resolve) => this.#canvas.toBlob(resolve, 'image/jpeg', 0.85));
    return { file, image: await createImageBitmap(this.#canvas) };
  }
}
