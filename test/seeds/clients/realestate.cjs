// The Node.js client of seed 003 (real estate agents).
// Adapted: the address is the first argument. The file ends in .cjs because it uses `require`.
const WebSocket = require('ws');

const ws = new WebSocket(process.argv[2]);

ws.on('open', function open() {
  console.log('Connected to WebSocket');
  
  // Send a query
  const message = {
    action: 'invoke',
    question: 'What are the building codes for commercial properties?',
    context: 'Planning a restaurant in downtown Seattle',
    query_type: 'building_codes'
  };
  
  ws.send(JSON.stringify(message));
});

ws.on('message', function incoming(data) {
  const response = JSON.parse(data);
  
  switch(response.type) {
    case 'status':
      console.log('Status:', response.message);
      break;
    case 'result':
      console.log('Final result:', response.data);
      ws.close();
      break;
    case 'error':
      console.error('Error:', response.error);
      ws.close();
      break;
  }
});

ws.on('error', function error(err) {
  console.error('WebSocket error:', err);
});
