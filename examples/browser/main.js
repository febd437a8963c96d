import { fromArrays, SymlossError, train } from 'symloss/web';
import digitsUrl from '../../data/digits.csv.gz?url';

const [button, stop, download, progress, status] = [
  'train',
  'stop',
  'download',
  'progress',
  'status',
].map((id) => document.getElementById(id));

/** The digits of symloss: 64 grey values and the label in each line. */
async function digits() {
  const packed = await (await fetch(digitsUrl)).blob();
  const [first] = new Uint8Array(await packed.slice(0, 1).arrayBuffer());
  const isPacked = first === 0x1f; // some servers have the browser unpack it
  const stream = isPacked
    ? packed.stream().pipeThrough(new DecompressionStream('gzip'))
    : packed.stream();
  const text = await new Response(stream).text();
  const [, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  return fromArrays({
    features: rows.map((row) => row.slice(0, -1)),
    labels: rows.map((row) => row.at(-1)),
  });
}

/** Downloads bytes as a file. */
function save(name, bytes) {
  const href = URL.createObjectURL(new Blob([bytes]));
  Object.assign(document.createElement('a'), { href, download: name }).click();
  URL.revokeObjectURL(href);
}

button.addEventListener('click', async () => {
  const controller = new AbortController();
  stop.onclick = () => controller.abort();
  [button.disabled, stop.disabled, download.disabled] = [true, false, true];
  const epochs = 30;
  try {
    const model = await train({
      data: await digits(),
      noise: 'symmetric:0.4',
      loss: 'sgce:q=0.7',
      epochs,
      signal: controller.signal,
      onEpoch: ({ epoch, loss }) => {
        progress.value = epoch / epochs;
        status.textContent = `epoch ${epoch}: loss ${loss.toFixed(3)}`;
      },
    });
    const { accuracy } = model.metrics.evaluation;
    status.textContent = `${(100 * accuracy).toFixed(1)} % of the test digits right`;
    download.onclick = () => save('model.onnx', model.onnx);
    download.disabled = false;
    await model.dispose();
  } catch (error) {
    if (error instanceof SymlossError) status.textContent = error.message;
    else if (controller.signal.aborted) status.textContent = 'stopped';
    else throw error;
  } finally {
    [button.disabled, stop.disabled] = [false, true];
  }
});
