import { test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { readCsv } from '../../src/data/node/index.ts';
import { readStructure } from '../../src/data/node/csv-structure.ts';
test('perf', async () => {
  let s = Array.from({length:50},(_,i)=>'f'+i).join(',')+',y\n';
  const rows=[s];
  for (let i=0;i<100000;i++){ let r=''; for(let j=0;j<50;j++) r+=((i*31+j*17)%1000/7).toFixed(5)+','; rows.push(r+(i%3)+'\n'); }
  writeFileSync('/tmp/dd/big.csv', rows.join(''));
  const w=['y,'+Array.from({length:3000},(_,i)=>'f'+i).join(',')+'\n'];
  for (let i=0;i<2000;i++){ let r=''+(i%3); for(let j=0;j<3000;j++) r+=','+((i*31+j*17)%1000/7).toFixed(3); w.push(r+'\n'); }
  writeFileSync('/tmp/dd/wide.csv', w.join(''));
  for (const f of ['big','wide']) {
    let t=performance.now(); await readStructure(`/tmp/dd/${f}.csv`); console.log(f,'scan', performance.now()-t);
    t=performance.now(); const d=await readCsv(`/tmp/dd/${f}.csv`,{label:'y'}); console.log(f,'read', performance.now()-t, d.featureShape, d.notices);
    if (f==='big') for (let i=0;i<100000;i++) for(let j=0;j<50;j++) if (d.features[i*50+j]!==Math.fround(Number(((i*31+j*17)%1000/7).toFixed(5)))) throw new Error('bad '+i+' '+j);
  }
  writeFileSync('/tmp/dd/long.csv','a,b,y\n1,"'+'x'.repeat(5e6)+'",0\n2,q,1\n');
  console.log((await readCsv('/tmp/dd/long.csv',{label:'y'})).notices);
}, 120000);
