/** More DNS answers than the kernel keeps for one socket. */
export const FLOOD = 12_000;

/** A header of a DNS answer that holds nothing, in hexadecimal. */
export const EMPTY_ANSWER = '00018180'.padEnd(24, '0');

/** A program that sends them on loopback, from port 53. */
export function floodOfAnswers(): string {
  return `
    const socket = require('node:dgram').createSocket('udp4');
    socket.bind(53, '127.0.0.1', async () => {
      for (let i = 0; i < ${FLOOD}; i++)
        await new Promise((done) => socket.send(Buffer.from('${EMPTY_ANSWER}', 'hex'), 4000, '127.0.0.1', done));
      socket.close();
    });`;
}
