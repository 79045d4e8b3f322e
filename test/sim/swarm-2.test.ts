import { testSwarm } from "./swarm/shard.js";

testSwarm(126, 125);
