import { createFfmpegDriver } from '../../capture/drivers/ffmpeg.ts';
import { describeDriver } from './driver.contract.ts';

describeDriver('FFmpeg', () => createFfmpegDriver({ ffmpegPath: process.env['FFMPEG_PATH'] || 'ffmpeg' }));
