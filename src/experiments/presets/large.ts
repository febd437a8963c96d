import type { Grid, SomeTraining } from '../grid-schema.ts';
import type { BaselineLosses } from './parts.ts';
import { anlCe, commonTraining, heldOut, lossesOf, madeNoises, publishedSeeds } from './parts.ts';

/**
 * Ma et al. 2020 train an eight-layer network on CIFAR-10 for 120 epochs, at rate 0.01 and weight decay
 * 0.0001, on images that are shifted by up to four pixels and mirrored; Zhou et al. 2021 and Ye et al.
 * 2023 keep that.
 */
const cifar10Training = {
  ...commonTraining,
  epochs: 120,
  learningRate: 0.01,
  weightDecay: 1e-4,
  augment: 'crop:4,flip',
} as const satisfies SomeTraining;

const cifar10Losses: BaselineLosses = {
  sce: { loss: 'sce:alpha=0.1,beta=1', source: 'as published in Wang et al. 2019 for CIFAR-10' },
  nceRce: { loss: 'nce+rce:alpha=1,beta=1', source: 'as published in Ma et al. 2020 for CIFAR-10' },
  nceAgce: {
    loss: 'nce+agce:alpha=1,beta=4,a=6,q=1.5',
    source: 'as published in Zhou et al. 2021 for CIFAR-10',
  },
  anlCe: anlCe(5, 5, 5e-5, 'as published in Ye et al. 2023 for CIFAR-10'),
};

export const cifar10: Grid = {
  name: 'cifar10',
  description: `CIFAR-10 by the published protocol. ${heldOut}`,
  source:
    'Ma et al. 2020 (network, epochs, rate, weight decay, batch size, cosine schedule, augmentation); Zhou et ' +
    'al. 2021 (clipping); Patrini et al. 2017 (map of the asymmetric noise); Xia et al. 2020 (instance noise)',
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
    `Wei et al. train a ResNet-34. ${heldOut}`,
  source:
    'Wei et al. 2022 (labels; published shares of wrong ones: aggregate 9.03 %, random 17.23, 18.12 and ' +
    '17.64 %, worse 40.21 %); Ma et al. 2020 and Zhou et al. 2021 (training)',
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

const notVerified = 'NOT VERIFIED HERE: no run of this preset has been made with symloss.';

/** Ma et al. 2020: ResNet-34, 200 epochs, rate 0.1, weight decay 0.00001. */
export const cifar100: Grid = {
  name: 'cifar100',
  description:
    `${notVerified} CIFAR-100 by the published protocol; published runs may rotate the images as ` +
    `well, which symloss does not. ${heldOut}`,
  source:
    'Ma et al. 2020 (network, epochs, rate, weight decay, batch size, cosine schedule); Zhou et al. 2021 ' +
    '(clipping); Patrini et al. 2017 (asymmetric noise within superclasses)',
  data: [{ source: 'cifar100' }],
  models: ['resnet34'],
  noises: madeNoises('cifar100'),
  losses: lossesOf({
    sce: { loss: 'sce:alpha=6,beta=0.1', source: 'as published in Wang et al. 2019 for CIFAR-100' },
    nceRce: {
      loss: 'nce+rce:alpha=10,beta=0.1',
      source: 'as published in Ma et al. 2020 for CIFAR-100',
    },
    nceAgce: {
      loss: 'nce+agce:alpha=10,beta=0.1,a=1.8,q=3',
      source: 'as published in Zhou et al. 2021 for CIFAR-100',
    },
    anlCe: anlCe(10, 1, 5e-7, 'as published in Ye et al. 2023 for CIFAR-100'),
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
 * are wrong as the web is: ResNet-50, 250 epochs, batches of 512, Nesterov momentum 0.9, rate 0.4,
 * weight decay 0.00003 (Ma et al. 2020).
 */
export const webvisionMini: Grid = {
  name: 'webvision-mini',
  description:
    `${notVerified} The first 50 classes of WebVision 1.0 (Google): a folder webvision-mini with train/ and val/, ` +
    'each with one folder of images per class, all images scaled to 224 × 224 beforehand. Its labels are wrong ' +
    'as they are, so nothing is added, and the noise none says only that: memorised shares are unknown. Ours are ' +
    'the cosine schedule (published: times 0.97 after each epoch) and the parameters of the losses (those of ' +
    `CIFAR-100); colours are not jittered. ${heldOut}`,
  source:
    'Ma et al. 2020 (network, epochs, rate, momentum, weight decay, batch size); Zhou et al. 2021 (clipping)',
  data: [{ source: 'webvision-mini' }],
  models: ['resnet50'],
  noises: ['none'],
  losses: lossesOf({
    sce: { loss: 'sce:alpha=6,beta=0.1', source: 'the values for CIFAR-100: our choice' },
    nceRce: { loss: 'nce+rce:alpha=10,beta=0.1', source: 'the values for CIFAR-100: our choice' },
    nceAgce: {
      loss: 'nce+agce:alpha=10,beta=0.1,a=1.8,q=3',
      source: 'the values for CIFAR-100: our choice',
    },
    anlCe: anlCe(10, 1, 5e-7, 'the values for CIFAR-100: our choice'),
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
