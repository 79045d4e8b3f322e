import { testSwarm } from "./swarm/shard.js";

testSwarm(1, 125);
