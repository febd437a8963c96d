import type { Grid, SomeTraining } from '../grid/schema.ts';
import type { BaselineLosses } from './parts.ts';
import {
  anlCe,
  asWang2024,
  commonTraining,
  gceFor,
  heldOut,
  lossesOf,
  madeNoises,
  notChecked,
  notVerified,
  publishedSeeds,
} from './parts.ts';

/**
 * An eight-layer network, 120 epochs, rate 0.01 and weight decay 0.0001, on images that are shifted and
 * mirrored: the protocol of Ma et al. 2020 and Zhou et al. 2021 as Wang et al. 2024 give it. That the
 * shift is of up to four pixels was not checked.
 */
const cifar10Training = {
  ...commonTraining,
  epochs: 120,
  learningRate: 0.01,
  weightDecay: 1e-4,
  augment: 'crop:4,flip',
} as const satisfies SomeTraining;

const cifar10Losses: BaselineLosses = {
  gce: gceFor(`${asWang2024} for CIFAR-10`),
  sce: {
    loss: 'sce:alpha=0.1,beta=1',
    source: `Wang et al. 2019 for CIFAR-10, ${asWang2024}`,
  },
  nceRce: {
    loss: 'nce+rce:alpha=1,beta=1',
    source: `Ma et al. 2020 for CIFAR-10, ${asWang2024}`,
  },
  nceAgce: {
    loss: 'nce+agce:alpha=1,beta=4,a=6,q=1.5',
    source: `Zhou et al. 2021 for CIFAR-10, ${asWang2024}`,
  },
  anlCe: anlCe(5, 5, 5e-5, 'Ye et al. 2023 for CIFAR-10'),
};

export const cifar10: Grid = {
  name: 'cifar10',
  description: `CIFAR-10 by the published protocol. ${heldOut}`,
  source:
    'Ma et al. 2020 and Zhou et al. 2021 (network, epochs, rate, weight decay, batch size, cosine schedule, ' +
    'clipping, augmentation) and Patrini et al. 2017 (map of the asymmetric noise), as Wang et al. 2024 give ' +
    'them; Xia et al. 2020 (instance noise)',
  data: [{ source: 'cifar10' }],
  models: ['cnn8'],
  noises: madeNoises('cifar10'),
  losses: lossesOf(cifar10Losses),
  seeds: publishedSeeds,
  training: cifar10Training,
};

/**
 * CIFAR-10N (Wei et al., *Learning with Noisy Labels Revisited*, ICLR 2022): what people said the
 * images show. Its file has the images in the order of CIFAR-10 with the labels of that, `label`, and
 * five columns of human ones.
 */
export const cifar10n: Grid = {
  name: 'cifar10n',
  description:
    'CIFAR-10 with the human labels of CIFAR-10N, from Parquet files in the layout of the Hugging Face library, ' +
    'which are found in the data folder: cifar10-train.parquet with the columns img, label, aggre_label, ' +
    'random_label1 to random_label3 and worse_label, and cifar10-test.parquet. Network and training are those of cifar10, which is our choice: ' +
    `Wei et al. 2022 train a ResNet-34 for 100 epochs (so Wang et al. 2024). ${heldOut}`,
  source:
    'Wei et al. 2022 (labels; shares of wrong ones, checked in a description of the data: aggregate 9.03 %, ' +
    'random 17.23, 18.12 and 17.64 %, worse 40.21 %); Ma et al. 2020 and Zhou et al. 2021 (training)',
  data: [{ source: 'cifar10n', label: 'label' }],
  models: ['cnn8'],
  noises: [
    'none',
    ...['aggre_label', 'random_label1', 'random_label2', 'random_label3', 'worse_label'].map(
      (column) => `column:${column}`,
    ),
  ],
  losses: lossesOf(cifar10Losses),
  seeds: publishedSeeds,
  training: cifar10Training,
};

/** ResNet-34, 200 epochs, rate 0.1, weight decay 0.00001: as `cifar10Training`, Wang et al. 2024 give it. */
export const cifar100: Grid = {
  name: 'cifar100',
  description:
    `${notVerified}: no run of this preset has been made with symloss. CIFAR-100 by the published protocol; published runs rotate the images as ` +
    `well, which symloss does not. ${heldOut}`,
  source:
    'Ma et al. 2020 and Zhou et al. 2021 (network, epochs, rate, weight decay, batch size, cosine schedule, ' +
    'clipping; asymmetric noise within superclasses), as Wang et al. 2024 give them',
  data: [{ source: 'cifar100' }],
  models: ['resnet34'],
  noises: madeNoises('cifar100'),
  losses: lossesOf({
    gce: gceFor(
      'for CIFAR-100 Wang et al. 2024 have 0.7 under asymmetric noise and symmetric noise of 0.4 and 0.6, but ' +
        '0.5 below and 0.9 at 0.8: one q for all noise is our choice',
    ),
    sce: {
      loss: 'sce:alpha=6,beta=0.1',
      source: `Wang et al. 2019 for CIFAR-100, ${asWang2024}`,
    },
    nceRce: {
      loss: 'nce+rce:alpha=10,beta=0.1',
      source: `Ma et al. 2020 for CIFAR-100, ${asWang2024}`,
    },
    nceAgce: {
      loss: 'nce+agce:alpha=10,beta=0.1,a=1.8,q=3',
      source: `Zhou et al. 2021 for CIFAR-100, ${asWang2024}`,
    },
    anlCe: anlCe(10, 1, 5e-7, 'Ye et al. 2023 for CIFAR-100'),
  }),
  seeds: publishedSeeds,
  training: {
    ...commonTraining,
    epochs: 200,
    learningRate: 0.1,
    weightDecay: 1e-5,
    augment: 'crop:4,flip',
  },
};

/**
 * The first 50 classes of WebVision's Google part (Jiang et al., *MentorNet*, ICML 2018), whose labels
 * are wrong as the web is: ResNet-50, 250 epochs, Nesterov momentum 0.9, rate 0.4, weight decay 0.00003
 * (Ma et al. 2020 and Zhou et al. 2021, as Wang et al. 2024 give it). Batches of 512 are those of Ma et al.
 * as we remember them; Wang et al. have 256.
 */
export const webvisionMini: Grid = {
  name: 'webvision-mini',
  description:
    `${notVerified}: no run of this preset has been made with symloss. The first 50 classes of WebVision 1.0 (Google): a folder webvision-mini with train/ and val/, ` +
    'each with one folder of images per class, all images scaled to 224 × 224 beforehand. Its labels are wrong ' +
    'as they are, so nothing is added, and the noise none says only that: memorised shares are unknown. Ours are ' +
    'the cosine schedule (published: times 0.97 after each epoch) and the parameters of ANL-CE (those of ' +
    `CIFAR-100); colours are not jittered. ${heldOut}`,
  source:
    'Ma et al. 2020 and Zhou et al. 2021 (network, epochs, rate, momentum, weight decay), as Wang et al. 2024 give ' +
    `them; batches of 512: Ma et al. 2020, ${notChecked} (Wang et al. 2024: 256); clipping: our choice`,
  data: [{ source: 'webvision-mini' }],
  models: ['resnet50'],
  noises: ['none'],
  losses: lossesOf({
    gce: gceFor(`${asWang2024} for WebVision`),
    sce: { loss: 'sce:alpha=10,beta=1', source: `for WebVision ${asWang2024}` },
    nceRce: {
      loss: 'nce+rce:alpha=50,beta=0.1',
      source: `Ma et al. 2020 for WebVision, ${asWang2024}`,
    },
    nceAgce: {
      loss: 'nce+agce:alpha=50,beta=0.1,a=2.5,q=3',
      source: `Zhou et al. 2021 for WebVision, ${asWang2024}`,
    },
    anlCe: anlCe(10, 1, 5e-7, 'the values of Ye et al. 2023 for CIFAR-100: our choice'),
  }),
  seeds: 1, // one run, our choice: a run takes weeks on a CPU
  training: {
    epochs: 250,
    batchSize: 512,
    optimizer: 'sgd:momentum=0.9,nesterov=true',
    schedule: 'cosine',
    clipNorm: 5,
    learningRate: 0.4,
    weightDecay: 3e-5,
    augment: 'crop:28,flip',
    evaluateEvery: 5,
  },
};
