/** The relay on uWebSockets: it forwards every frame to the others on the same path, from C++. What sending costs at the least. */
import uWS from 'uwebsockets'

uWS
  .App()
  .ws('/*', {
    maxPayloadLength: 64 * 1024 * 1024,
    maxBackpressure: 1024 * 1024 * 1024,
    idleTimeout: 0,
    sendPingsAutomatically: false,
    upgrade(response, request, context) {
      response.upgrade(
        { room: request.getUrl() },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      )
    },
    open(socket) {
      socket.subscribe(socket.getUserData().room)
    },
    // To the others alone: a socket does not hear what it publishes itself.
    message(socket, message, isBinary) {
      socket.publish(socket.getUserData().room, message, isBinary)
    },
  })
  .get('/', (response) => response.end('relay'))
  .listen(process.env.HOST, Number(process.env.PORT), (listening) => {
    if (!listening) process.exit(1)
  })
