import { testSwarm } from "./swarm/shard.js";

testSwarm(251, 125);
