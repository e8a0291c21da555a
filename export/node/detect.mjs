// Finds objects in a picture with an exported detector, by ONNX Runtime alone.
// node detect.mjs MODEL.onnx PICTURE.rgb [THRESHOLD]
// PICTURE.rgb: RGB bytes, rows from the top, as many as the model's input has (detect.mjs says how many if they do not fit).
// Prints a JSON object for each object found: its category's number, its score, and x1, y1, x2, y2 in pixels of the input.
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [modelPath, picturePath, threshold = '0.05'] = process.argv.slice(2);
if (!picturePath) {
  console.error('usage: node detect.mjs MODEL.onnx PICTURE.rgb [THRESHOLD]');
  process.exit(2);
}

const session = await InferenceSession.create(modelPath);
const [input] = session.inputMetadata;
const [, height, width, channels] = input.shape;
const pixels = await readFile(picturePath);
if (pixels.length !== height * width * channels) {
  console.error(`${picturePath} has ${pixels.length} bytes; ${modelPath} reads RGB pictures of ${width}x${height}, ${height * width * channels} bytes.`);
  process.exit(2);
}

const image = new Tensor('uint8', pixels, [1, height, width, channels]);
const { boxes, scores, labels } = await session.run({ image });
for (let row = 0; row < scores.dims[1]; row++) {
  if (labels.data[row] >= 0n && scores.data[row] >= Number(threshold)) {
    const box = [...boxes.data.subarray(4 * row, 4 * row + 4)];
    console.log(JSON.stringify({ category: Number(labels.data[row]), score: scores.data[row], box }));
  }
}
