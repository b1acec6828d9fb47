import type { FamilyName } from '../manifest.ts';
import { classifier } from './classifier.ts';
import type { Family } from './family.ts';
import { rtdetr } from './rtdetr.ts';
import { yolov5 } from './yolov5.ts';
import { yolov9 } from './yolov9.ts';
import { yolov10 } from './yolov10.ts';

export const FAMILIES: Readonly<Record<FamilyName, Family>> = { yolov5, yolov9, yolov10, rtdetr, classifier };
