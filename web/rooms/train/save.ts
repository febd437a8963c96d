import type { Trained } from '../../../src/browser/index.ts';

/** Hands the network to the browser as a file to keep. */
export function saveModel({ onnx }: Trained, loss: string): void {
  const address = URL.createObjectURL(
    new Blob([onnx.slice()], { type: 'application/octet-stream' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = `${loss.replaceAll(/[^\w.=+-]+/g, '-')}.onnx`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
