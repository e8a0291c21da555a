// Pictures with boxes.

/** The same colour for the same class everywhere; all are dark enough for white letters. */
export function colourOf(id) {
  return `oklch(48% 0.15 ${(id * 137.5 + 20) % 360})`;
}

/**
 * Draws a picture and the detections on it.
 * @param scale pixels of the canvas for one of the picture
 * @param letter height of the letters in pixels of the canvas
 * @param marked the detection to point out, or null
 */
export function draw(canvas, image, detections, { scale, letter, marked = null }) {
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  context.font = `600 ${letter}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';

  const [first, rest] = [detections.filter((detection) => detection === marked), detections.filter((detection) => detection !== marked)];
  const line = Math.max(1.5, letter / 7);
  // The surest last, so that it lies on top; over all the marked one.
  for (const detection of [...rest.reverse(), ...first]) {
    const box = detection.bbox.map((value) => value * scale);
    const width = detection === marked ? 2 * line : line;
    context.globalAlpha = marked === null || detection === marked ? 1 : 0.45;
    // A bright seam keeps a dark line visible on a dark picture.
    outline(context, box, 'rgb(255 255 255 / 0.7)', 2 * width);
    outline(context, box, colourOf(detection.category_id), width);
  }

  context.globalAlpha = 1;
  const taken = [];
  for (const detection of [...first, ...detections.filter((other) => other !== marked)]) {
    const place = labelPlace(context, detection, scale, letter);
    // A label that would cover another is left out; the table has it.
    if (taken.some((other) => overlap(place, other))) continue;
    taken.push(place);
    context.fillStyle = colourOf(detection.category_id);
    context.fillRect(place.x, place.y, place.width, place.height);
    context.fillStyle = '#fff';
    context.fillText(place.text, place.x + letter / 4, place.y + place.height / 2);
  }
}

/** The smallest of the boxes around a point of the picture, or null. */
export function detectionAt(detections, x, y) {
  const around = detections.filter(({ bbox: [left, top, width, height] }) =>
    x >= left && x <= left + width && y >= top && y <= top + height);
  return around.sort((a, b) => a.bbox[2] * a.bbox[3] - b.bbox[2] * b.bbox[3])[0] ?? null;
}

function outline(context, box, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(...box);
}

function labelPlace(context, { bbox: [x, y], category, score }, scale, letter) {
  const text = `${category} ${score.toFixed(2)}`;
  const width = context.measureText(text).width + letter / 2;
  const height = letter * 1.35;
  return {
    text, width, height,
    x: Math.max(0, Math.min(x * scale, context.canvas.width - width)),
    y: Math.max(0, y * scale - height),
  };
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
