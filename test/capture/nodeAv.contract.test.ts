import { createNodeAvDriver } from '../../capture/drivers/nodeAv.ts';
import { describeDriver } from './driver.contract.ts';

describeDriver('node-av', createNodeAvDriver);
