import { type NodeSpec, onnxModel, type TensorSpec } from '../../test/hosting/onnx.ts';

/** Channels in and out, and by how much each layer shrinks its picture: 4 GFLOP at 640. */
const LAYERS = [
  { from: 3, to: 32, stride: 2 },
  { from: 32, to: 64, stride: 2 },
  { from: 64, to: 64, stride: 1 },
  { from: 64, to: 64, stride: 2 },
  { from: 64, to: 8, stride: 2 },
] as const;

/**
 * As much work as a small detector, in the shape of YOLOv5; what it says means nothing.
 * @param batch a name: it takes as many pictures at once as it is given
 */
export function denseModel(side: number, batch: number | string = 1): Buffer {
  const nodes: NodeSpec[] = [];
  const tensors: TensorSpec[] = [];
  let last = 'images';
  for (const [index, { from, to, stride }] of LAYERS.entries()) {
    const data = Float32Array.from({ length: to * from * 9 }, (_, i) => Math.sin(i * 12.9898) * 0.1);
    tensors.push({ name: `w${index}`, dims: [to, from, 3, 3], data });
    const attributes = { kernel_shape: [3, 3], strides: [stride, stride], pads: [1, 1, 1, 1] };
    nodes.push({ op: 'Conv', inputs: [last, `w${index}`], outputs: [`c${index}`], attributes });
    nodes.push({
      op: index === LAYERS.length - 1 ? 'Sigmoid' : 'Relu',
      inputs: [`c${index}`],
      outputs: [`r${index}`],
    });
    last = `r${index}`;
  }
  const cells = (side / 16) ** 2;
  // 0: as many as there are.
  tensors.push({ name: 'flat', dims: [3], data: BigInt64Array.from([0n, 8n, BigInt(cells)]) });
  nodes.push({ op: 'Reshape', inputs: [last, 'flat'], outputs: ['rows'] });
  nodes.push({ op: 'Transpose', inputs: ['rows'], outputs: ['output'], attributes: { perm: [0, 2, 1] } });
  return onnxModel({
    inputs: [{ name: 'images', dims: [batch, 3, side, side] }],
    outputs: [{ name: 'output', dims: [batch, cells, 8] }],
    tensors,
    nodes,
  });
}
